import type { JaegerReference, JaegerTag } from '../thrift/jaeger-model.js';

/*
 * What the collector holds of a span, whichever way it came. It is Jaeger's model (a decoded
 * `JaegerSpan` is one of these as it is), and what OTLP says beyond it.
 */

/** A value of OTLP in its JSON form; an empty object is the empty value. */
export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  /** Decimal. */
  readonly intValue?: string;
  /** `NaN`, `Infinity`, `-Infinity` and `-0` are texts. */
  readonly doubleValue?: number | string;
  /** Base64. */
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpKeyValue[] };
}

/** A pair of OTLP in its JSON form. */
export interface OtlpKeyValue {
  readonly key: string;
  readonly value: OtlpValue;
}

/** A value that Jaeger has no type for, and shows as a text. */
export interface NestedTag {
  readonly key: string;
  readonly type: 'otlp';
  readonly value: OtlpValue;
}

/** A key and one typed value. */
export type Tag = JaegerTag | NestedTag;

/** Something that happened at one moment within a span. */
export interface Log {
  /** Microseconds since the Unix epoch. */
  readonly timestamp: number;
  /** What microseconds leave of the moment: 0..999 nanoseconds. Default 0. */
  readonly nanos?: number;
  readonly fields: readonly Tag[];
  /** What the fields do not say of an event of OTLP. */
  readonly otlp?: OtlpLogPart;
}

/** The part of an event of OTLP that has no place in a log. */
export interface OtlpLogPart {
  /** Its name, where a field `event` of its own hides it. */
  readonly name?: string;
  readonly droppedAttributesCount?: number;
}

/** Who reported. */
export interface Process {
  readonly serviceName: string;
  readonly tags: readonly Tag[];
  readonly otlp?: OtlpProcessPart;
}

/** The part of a resource of OTLP that has no place in a process. */
export interface OtlpProcessPart {
  readonly droppedAttributesCount?: number;
}

/** One finished unit of work. Ids are lower-case hex, padded; see `JaegerSpan`. */
export interface Span {
  readonly traceID: string;
  readonly spanID: string;
  /** `NO_PARENT` for none. */
  readonly parentSpanID: string;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  /** Jaeger's bits (1 sampled, 2 debug, 8 firehose), or with `otlp` those of OTLP. */
  readonly flags: number;
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  /** What microseconds leave of the start: 0..999 nanoseconds. Default 0. */
  readonly startNanos?: number;
  /** Microseconds. */
  readonly duration: number;
  /** What microseconds leave of the duration: 0..999 nanoseconds. Default 0. */
  readonly durationNanos?: number;
  readonly tags: readonly Tag[];
  readonly logs: readonly Log[];
  /** Only of a span that came as OTLP. */
  readonly otlp?: OtlpSpanPart;
}

/** The part of a span of OTLP that has no place in Jaeger's model, or only as tags. */
export interface OtlpSpanPart {
  /** How many of the tags are the span's attributes; behind them come those that say what follows here. */
  readonly attributes: number;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number;
  readonly statusMessage?: string;
  readonly traceState?: string;
  readonly droppedAttributesCount?: number;
  readonly droppedEventsCount?: number;
  readonly droppedLinksCount?: number;
  readonly scope?: OtlpScope;
  /** There is no parent, although a link leads to a span of the same trace. */
  readonly isRoot?: true;
  /** Of each reference; absent where none says more than its ids. */
  readonly links?: readonly OtlpLinkPart[];
}

/** What a span was made with. */
export interface OtlpScope {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: readonly OtlpKeyValue[];
  readonly droppedAttributesCount?: number;
}

/** The part of a link of OTLP that has no place in a reference. */
export interface OtlpLinkPart {
  readonly traceState?: string;
  readonly attributes?: readonly OtlpKeyValue[];
  readonly droppedAttributesCount?: number;
  readonly flags?: number;
}
