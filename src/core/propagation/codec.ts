import type { SpanContext } from '../span-context.js';

/** Writes a span context into a carrier. */
export interface Injector {
  inject(spanContext: SpanContext, carrier: unknown): void;
}

/** Reads a span context from a carrier; null or undefined where there is none. */
export interface Extractor {
  extract(carrier: unknown): SpanContext | null | undefined;
}
