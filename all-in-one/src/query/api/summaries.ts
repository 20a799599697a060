import { NO_PARENT } from '../../thrift/jaeger-model.js';
import type { StoredSpan } from '../../store/stored-span.js';
import type { StoredTrace } from '../../store/stored-trace.js';
import { buildForest, earliestRoot, type SpanShape } from '../../trace-shape/trace-forest.js';

/** A trace in a list of traces. */
export interface TraceSummary {
  readonly traceID: string;
  /** Of the span that names the trace: see `earliestRoot`. */
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
  /** In the order of their earliest spans. */
  readonly services: readonly ServiceSummary[];
}

export interface ServiceSummary {
  readonly name: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

/** Summarises a trace. */
export function summaryOf(trace: StoredTrace): TraceSummary {
  const forest = buildForest(trace.spans, shapeOf);
  const root = earliestRoot(forest.tops)!.span;
  return {
    traceID: trace.traceID,
    rootServiceName: root.operation.service.name,
    rootOperationName: root.operation.name,
    startTime: trace.startTime,
    duration: trace.endTime - trace.startTime,
    spanCount: trace.spans.length,
    errorCount: trace.spans.filter(({ isError }) => isError).length,
    orphanCount: forest.tops.filter(({ detached }) => detached === 'missing').length,
    services: servicesOf(forest.nodes.map(({ span }) => span)),
  };
}

function shapeOf({ spanID, parentSpanID: parentID, operation, startTime }: StoredSpan): SpanShape {
  return {
    spanID,
    parentID: parentID === NO_PARENT ? undefined : parentID,
    startTime,
    isServer: operation.kind === 'server',
  };
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
