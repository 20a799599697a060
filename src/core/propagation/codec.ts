import type { SpanContext } from '../span-context.js';

/** Writes a span context into a carrier. */
export interface Injector {
  inject(spanContext: SpanContext, carrier: unknown): void;
}

/** Carrier keys that a codec reads and writes, in lower case. */
export interface CarrierKeys {
  /** Key of the span context. `uber-trace-id` unless the tracer's `contextKey` is set. */
  readonly contextKey: string;
  /** What the key of each baggage item begins with. `uberctx-` unless `baggagePrefix` is set. */
  readonly baggagePrefix: string;
}

/** Reads a span context from a carrier; null or undefined where there is none. */
export interface Extractor {
  extract(carrier: unknown): SpanContext | null | undefined;
  /** The carrier keys that it reads, where it knows them. */
  carrierKeys?(): CarrierKeys;
}
