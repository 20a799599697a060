/** A span as far as the corrections need it, and what they change of it. */
export interface TraceNode {
  spanID: string;
  /** `NO_PARENT` for none. */
  parentID: string;
  /** Microseconds since the Unix epoch, and the nanoseconds beyond. */
  readonly startTime: number;
  readonly startNanos: number;
  /** Nanoseconds; 1 or more, as Jaeger stores it. */
  readonly durationNanos: number;
  /** Value of the tag `span.kind`. */
  readonly kind: string;
  /** Names the machine; empty where that is not known. */
  readonly hostKey: string;
  readonly warnings: string[];
}

/** From one node's start to another's, in nanoseconds. */
export function startDifference(from: TraceNode, to: TraceNode): number {
  return (to.startTime - from.startTime) * 1_000 + (to.startNanos - from.startNanos);
}
