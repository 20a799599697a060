import { NO_PARENT } from '../../thrift/jaeger-model.js';
import { parentIdOf, spanIdOf } from '../../store/packed-span.js';
import type { StoredSpan, StoredTrace } from '../../store/stored-trace.js';

/** A trace in a list. */
export interface TraceSummary {
  readonly traceID: string;
  /** Of the first span without a parent; where there is none, of the first whose parent is missing. */
  readonly rootServiceName: string;
  readonly rootOperationName: string;
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  /** From the first start to the last end, in microseconds. */
  readonly duration: number;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Spans whose parent has not arrived. */
  readonly orphanCount: number;
  /** In the order of their first starts. */
  readonly services: readonly ServiceSummary[];
}

export interface ServiceSummary {
  readonly name: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

/** What is shown of a trace in a list. */
export function summaryOf(trace: StoredTrace): TraceSummary {
  const spans = [...trace.spans].sort((a, b) => a.startTime - b.startTime);
  const ids = new Set(spans.map(({ text }) => spanIdOf(text)));
  const orphans = spans.filter(({ text }) => isOrphan(text, ids));
  const root = spans.find(({ text }) => parentIdOf(text) === NO_PARENT) ?? orphans[0] ?? spans[0]!;
  return {
    traceID: trace.traceID,
    rootServiceName: root.operation.service.name,
    rootOperationName: root.operation.name,
    startTime: trace.startTime,
    duration: trace.endTime - trace.startTime,
    spanCount: spans.length,
    errorCount: spans.filter(({ isError }) => isError).length,
    orphanCount: orphans.length,
    services: servicesOf(spans),
  };
}

function isOrphan(text: string, ids: ReadonlySet<string>): boolean {
  const parent = parentIdOf(text);
  return parent !== NO_PARENT && !ids.has(parent);
}

function servicesOf(spans: readonly StoredSpan[]): ServiceSummary[] {
  const services = new Map<string, { name: string; spanCount: number; errorCount: number }>();
  for (const { operation, isError } of spans) {
    const { name } = operation.service;
    const service = services.get(name) ?? { name, spanCount: 0, errorCount: 0 };
    service.spanCount++;
    if (isError) service.errorCount++;
    services.set(name, service);
  }
  return [...services.values()];
}
