import type { OtlpKeyValue, OtlpScope } from '../../model/span.js';

/** OTLP's TracesData in protobuf's JSON, which omits empty fields and zeros. */
export interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: {
      readonly attributes?: readonly OtlpKeyValue[] | undefined;
      readonly droppedAttributesCount?: number | undefined;
    };
    readonly scopeSpans: readonly {
      readonly scope: OtlpScope;
      readonly spans: readonly OtlpJsonSpan[];
    }[];
  }[];
}

export interface OtlpJsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string | undefined;
  readonly parentSpanId?: string | undefined;
  readonly flags?: number | undefined;
  readonly name?: string | undefined;
  readonly kind?: number | undefined;
  /** Nanoseconds since the Unix epoch, in decimal. */
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly OtlpKeyValue[] | undefined;
  readonly droppedAttributesCount?: number | undefined;
  readonly events?: readonly OtlpJsonEvent[] | undefined;
  readonly droppedEventsCount?: number | undefined;
  readonly links?: readonly OtlpJsonLink[] | undefined;
  readonly droppedLinksCount?: number | undefined;
  readonly status: { readonly message?: string | undefined; readonly code?: number | undefined };
}

export interface OtlpJsonEvent {
  readonly timeUnixNano: string;
  readonly name?: string | undefined;
  readonly attributes?: readonly OtlpKeyValue[] | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

export interface OtlpJsonLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string | undefined;
  readonly attributes?: readonly OtlpKeyValue[] | undefined;
  readonly droppedAttributesCount?: number | undefined;
  readonly flags?: number | undefined;
}
