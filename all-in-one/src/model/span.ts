import type { JaegerReference, JaegerTag } from '../thrift/jaeger-model.js';

/*
 * The collector's model of a span: Jaeger's model plus what only OTLP has. A decoded `JaegerSpan` is a `Span`
 * without conversion.
 */

/** An OTLP value in its JSON form; an empty object is the empty value. */
export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  /** Decimal. */
  readonly intValue?: string;
  /** `NaN`, `Infinity`, `-Infinity` and `-0` are strings. */
  readonly doubleValue?: number | string;
  /** Base64. */
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpKeyValue[] };
}

/** An OTLP attribute in its JSON form. */
export interface OtlpKeyValue {
  readonly key: string;
  readonly value: OtlpValue;
}

/** A value that Jaeger has no type for, and shows as a string. */
export interface NestedTag {
  readonly key: string;
  readonly type: 'otlp';
  readonly value: OtlpValue;
}

/** A key and one typed value. */
export type Tag = JaegerTag | NestedTag;

/** An event within a span. */
export interface Log {
  /** Microseconds since the Unix epoch. */
  readonly timestamp: number;
  /** Nanoseconds beyond `timestamp`: 0..999. Default 0. */
  readonly nanos?: number;
  readonly fields: readonly Tag[];
  /** Present if an OTLP event has more than the fields. */
  readonly otlp?: OtlpLogPart;
}

/** The part of an OTLP event that has no place in a log. */
export interface OtlpLogPart {
  /** Its name, if an attribute `event` hides it. */
  readonly name?: string;
  readonly droppedAttributesCount?: number;
}

/** The reporting process. */
export interface Process {
  readonly serviceName: string;
  readonly tags: readonly Tag[];
  readonly otlp?: OtlpProcessPart;
}

/** The part of an OTLP resource that has no place in a process. */
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
  /** Jaeger's bits (1 sampled, 2 debug, 8 firehose), or OTLP's flags if `otlp` is present. */
  readonly flags: number;
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  /** Nanoseconds beyond `startTime`: 0..999. Default 0. */
  readonly startNanos?: number;
  /** Microseconds. */
  readonly duration: number;
  /** Nanoseconds beyond `duration`: 0..999. Default 0. */
  readonly durationNanos?: number;
  readonly tags: readonly Tag[];
  readonly logs: readonly Log[];
  /** Present if the span was received as OTLP. */
  readonly otlp?: OtlpSpanPart;
  /** Warnings that an imported file has for this span. */
  readonly warnings?: readonly string[];
}

/** The part of an OTLP span that has no place in Jaeger's model, or only as tags. */
export interface OtlpSpanPart {
  /** The number of tags that are attributes of the span; the tags after them repeat the fields below. */
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
  /** The span has no parent, although a link leads to a span of the same trace. */
  readonly isRoot?: true;
  /** By index of the reference; absent if no link has more than its ids. */
  readonly links?: readonly OtlpLinkPart[];
}

/** The instrumentation scope of a span. */
export interface OtlpScope {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: readonly OtlpKeyValue[];
  readonly droppedAttributesCount?: number;
}

/** The part of an OTLP link that has no place in a reference. */
export interface OtlpLinkPart {
  readonly traceState?: string;
  readonly attributes?: readonly OtlpKeyValue[];
  readonly droppedAttributesCount?: number;
  readonly flags?: number;
}
