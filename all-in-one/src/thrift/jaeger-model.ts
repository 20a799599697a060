/**
 * What a Jaeger client reported, decoded. Names and values are those of Jaeger's own JSON
 * (`/api/traces`), so that a query API hands most of it out as it is.
 *
 * Ids are lower-case hex, padded: 16 digits, and 32 for a trace id whose high 64 bits are not zero.
 * Times are microseconds since the Unix epoch and durations microseconds, exact up to 2^53.
 */

/** The spans of one process that travelled together. */
export interface JaegerBatch {
  readonly process: JaegerProcess;
  readonly spans: readonly JaegerSpan[];
  /** Counts the batches of a process up: a gap is a lost packet. */
  readonly seqNo: number | undefined;
  readonly stats: JaegerClientStats | undefined;
}

/** Who reported, and the tags that hold for all its spans. */
export interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: readonly JaegerTag[];
}

/** One finished unit of work. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  /** `NO_PARENT` for a root span, and for one whose causes are all in `references`. */
  readonly parentSpanID: string;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** Bits: 1 sampled, 2 debug, 8 firehose. */
  readonly flags: number;
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly JaegerTag[];
  readonly logs: readonly JaegerLog[];
}

/** The `parentSpanID` of a span that names no parent. */
export const NO_PARENT = '0000000000000000';

/** Another span, perhaps of another trace, that a span depends on. */
export interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

/** Something that happened at one moment within a span. */
export interface JaegerLog {
  readonly timestamp: number;
  readonly fields: readonly JaegerTag[];
}

/** A key and one typed value. An int64 that no number holds exactly is a bigint. */
export type JaegerTag =
  | { readonly key: string; readonly type: 'string'; readonly value: string }
  | { readonly key: string; readonly type: 'bool'; readonly value: boolean }
  | { readonly key: string; readonly type: 'int64'; readonly value: number | bigint }
  | { readonly key: string; readonly type: 'float64'; readonly value: number }
  | { readonly key: string; readonly type: 'binary'; readonly value: Uint8Array };

/** What the reporting client lost on its side: spans, in total since it started. */
export interface JaegerClientStats {
  readonly fullQueueDroppedSpans: number;
  readonly tooLargeDroppedSpans: number;
  readonly failedToEmitSpans: number;
}
