/**
 * Decoded data of a Jaeger client. Names and values are those of Jaeger's JSON (`/api/traces`), so that the
 * query API can return most of it unchanged.
 *
 * Ids are lower-case hex, padded: 16 digits, and 32 for a trace id whose high 64 bits are not zero.
 * Times are microseconds since the Unix epoch and durations microseconds, exact up to 2^53.
 */

/** Spans of one process that were sent together. */
export interface JaegerBatch {
  readonly process: JaegerProcess;
  readonly spans: readonly JaegerSpan[];
  /** Number of the batch within its process, ascending: a gap is a lost packet. */
  readonly seqNo: number | undefined;
  readonly stats: JaegerClientStats | undefined;
}

/** The reporting process, with tags that apply to all its spans. */
export interface JaegerProcess {
  readonly serviceName: string;
  readonly tags: readonly JaegerTag[];
}

/** One finished unit of work. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  /** `NO_PARENT` for a root span, and for a span that names its parent in `references` only. */
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

/** The `parentSpanID` of a span without a parent. */
export const NO_PARENT = '0000000000000000';

/** A reference to another span, which may belong to another trace. */
export interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

/** An event within a span. */
export interface JaegerLog {
  readonly timestamp: number;
  readonly fields: readonly JaegerTag[];
}

/** A key and one typed value. An int64 beyond 2^53 is a bigint. */
export type JaegerTag =
  | { readonly key: string; readonly type: 'string'; readonly value: string }
  | { readonly key: string; readonly type: 'bool'; readonly value: boolean }
  | { readonly key: string; readonly type: 'int64'; readonly value: number | bigint }
  | { readonly key: string; readonly type: 'float64'; readonly value: number }
  | { readonly key: string; readonly type: 'binary'; readonly value: Uint8Array };

/** Spans that the reporting client lost, counted since its start. */
export interface JaegerClientStats {
  readonly fullQueueDroppedSpans: number;
  readonly tooLargeDroppedSpans: number;
  readonly failedToEmitSpans: number;
}
