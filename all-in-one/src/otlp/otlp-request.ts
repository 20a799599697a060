import type { OtlpKeyValue, OtlpScope } from '../model/span.js';

/*
 * An ExportTraceServiceRequest, decoded from protobuf or from JSON.
 * https://github.com/open-telemetry/opentelemetry-proto
 */

/** A point in time: whole microseconds since the Unix epoch, and the rest. */
export interface Moment {
  readonly micros: number;
  /** 0..999 */
  readonly nanos: number;
}

export interface OtlpRequest {
  readonly resourceSpans: readonly OtlpResourceSpans[];
}

export interface OtlpResourceSpans {
  readonly attributes: readonly OtlpKeyValue[];
  readonly droppedAttributesCount: number;
  readonly scopeSpans: readonly OtlpScopeSpans[];
}

export interface OtlpScopeSpans {
  readonly scope: OtlpScope | undefined;
  readonly spans: readonly OtlpSpan[];
}

export interface OtlpSpan {
  /** Lower-case hex of 32 digits; empty or of other lengths where the sender is wrong. */
  readonly traceId: string;
  /** Lower-case hex of 16 digits; empty or of other lengths where the sender is wrong. */
  readonly spanId: string;
  /** The same; empty for none. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly start: Moment;
  readonly end: Moment;
  readonly attributes: readonly OtlpKeyValue[];
  readonly droppedAttributesCount: number;
  readonly events: readonly OtlpEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly OtlpLink[];
  readonly droppedLinksCount: number;
  readonly statusCode: number;
  readonly statusMessage: string;
}

export interface OtlpEvent {
  readonly time: Moment;
  readonly name: string;
  readonly attributes: readonly OtlpKeyValue[];
  readonly droppedAttributesCount: number;
}

export interface OtlpLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: readonly OtlpKeyValue[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
}

/** The epoch: what a time is that was not given. */
export const EPOCH: Moment = { micros: 0, nanos: 0 };

/** Values may nest this deep. */
const MAX_VALUE_DEPTH = 32;

/**
 * Spans, attributes, events, links and values that one request may hold in all. An empty one takes
 * two bytes on the wire and a hundred and fifty in memory; a real one takes twenty or more.
 */
export const MAX_ELEMENTS = 500_000;

/** A request that is none. */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError';
}

/** Counts the elements of one request. */
export class ElementCount {
  private count = 0;

  /** Throws where there are more than a request may have. */
  add(): void {
    if (++this.count > MAX_ELEMENTS) throw new OtlpDecodeError('too many elements in one request');
  }
}

/** Throws where values nest too deep. */
export function checkDepth(depth: number): void {
  if (depth > MAX_VALUE_DEPTH) throw new OtlpDecodeError('attribute values are nested too deeply');
}

/** A list in protobuf's JSON, which leaves out what is empty. */
export function listOf<T>(values: readonly T[]): { readonly values?: readonly T[] } {
  return values.length > 0 ? { values } : {};
}
