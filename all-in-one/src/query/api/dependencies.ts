import { NO_PARENT } from '../../thrift/jaeger-model.js';
import type { StoredTrace } from '../../store/stored-trace.js';
import type { TraceStore } from '../../store/trace-store.js';

/** Calls from one service to another. */
export interface DependencyLink {
  readonly parent: string;
  readonly child: string;
  /** Number of the child's spans whose parent span belongs to the parent service. */
  readonly callCount: number;
}

/**
 * Which service calls which, in the traces that lie between two times (microseconds since the Unix
 * epoch). Parents follow the rule of trace-shape/span-parent.ts. The rest is what Jaeger's memory store
 * does: calls of a service to itself count, and of several spans with one id the first that arrived is
 * the parent.
 */
export function dependencies(store: TraceStore, from: number, to: number): DependencyLink[] {
  const counts = new Map<string, Map<string, number>>();
  for (const trace of store.newestFirst()) {
    if (trace.startTime > from && trace.endTime < to) countCalls(trace, counts);
  }
  return [...counts].flatMap(([parent, children]) =>
    [...children].map(([child, callCount]) => ({ parent, child, callCount })),
  );
}

function countCalls(trace: StoredTrace, counts: Map<string, Map<string, number>>): void {
  const services = new Map<string, string>();
  for (const { spanID, operation } of trace.spans) {
    if (!services.has(spanID)) services.set(spanID, operation.service.name);
  }
  for (const { parentSpanID: parentID, operation } of trace.spans) {
    const parent = parentID === NO_PARENT ? undefined : services.get(parentID);
    if (parent === undefined) continue;
    const children = counts.get(parent) ?? new Map<string, number>();
    const child = operation.service.name;
    children.set(child, (children.get(child) ?? 0) + 1);
    counts.set(parent, children);
  }
}
