import type { SpanContext } from '../context/span-context.js';

/** Writes a span context into a carrier. */
export interface Injector {
  inject(spanContext: SpanContext, carrier: unknown): void;
}

/** Carrier keys that a codec reads and writes, in lower case. */
export interface CarrierKeys {
  /** Key of the span context. `uber-trace-id` unless the tracer's `contextKey` is set. */
  readonly contextKey: string;
  /** Prefix of the keys of baggage items. `uberctx-` unless the tracer's `baggagePrefix` is set. */
  readonly baggagePrefix: string;
}

/** Reads a span context from a carrier. Null or undefined if it has none. */
export interface Extractor {
  extract(carrier: unknown): SpanContext | null | undefined;
  /** The carrier keys that it reads, if they are fixed. */
  carrierKeys?(): CarrierKeys;
}
