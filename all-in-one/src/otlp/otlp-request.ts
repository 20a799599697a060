import type { OtlpKeyValue, OtlpScope } from '../model/span.js';

/*
 * An ExportTraceServiceRequest, decoded from protobuf or from JSON.
 * https://github.com/open-telemetry/opentelemetry-proto
 */

/** A point in time: whole microseconds since the Unix epoch, and the remaining nanoseconds. */
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
  /** 32 lower-case hex digits; an invalid id may be empty or of any length. */
  readonly traceId: string;
  /** 16 lower-case hex digits; an invalid id may be empty or of any length. */
  readonly spanId: string;
  /** As `spanId`; empty for none. */
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

/** The epoch: the value of an absent time. */
export const EPOCH: Moment = { micros: 0, nanos: 0 };

/** Deepest nesting of values. */
const MAX_VALUE_DEPTH = 32;

/**
 * Maximum total of spans, attributes, events, links and values in one request. An empty element takes two bytes
 * on the wire and 150 in memory; a real one takes twenty bytes or more on the wire.
 */
export const MAX_ELEMENTS = 500_000;

/** The bytes are not a valid request. */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError';
}

/** Counts the elements of one request. */
export class ElementCount {
  private count = 0;

  /** Throws if the request has too many. */
  add(): void {
    if (++this.count > MAX_ELEMENTS) throw new OtlpDecodeError('too many elements in one request');
  }
}

/** Throws if values are nested too deeply. */
export function checkDepth(depth: number): void {
  if (depth > MAX_VALUE_DEPTH) throw new OtlpDecodeError('attribute values are nested too deeply');
}

/** A list in protobuf's JSON, which omits empty lists. */
export function listOf<T>(values: readonly T[]): { readonly values?: readonly T[] } {
  return values.length > 0 ? { values } : {};
}
