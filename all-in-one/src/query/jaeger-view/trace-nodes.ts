/** The part of a span that Jaeger's corrections read and change. */
export interface TraceNode {
  spanID: string;
  /** `NO_PARENT` for none. */
  parentID: string;
  /** Microseconds since the Unix epoch; `startNanos` has the nanoseconds beyond. */
  readonly startTime: number;
  readonly startNanos: number;
  /** Nanoseconds; at least 1, as in Jaeger's storage. */
  readonly durationNanos: number;
  /** Value of the tag `span.kind`. */
  readonly kind: string;
  /** Identifies the host; empty if unknown. */
  readonly hostKey: string;
  readonly warnings: string[];
}

/** Nanoseconds from the start of one span to the start of another. */
export function startDifference(from: TraceNode, to: TraceNode): number {
  return (to.startTime - from.startTime) * 1_000 + (to.startNanos - from.startNanos);
}
