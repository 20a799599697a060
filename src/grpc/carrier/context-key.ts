/** Jaeger's key. Used unless the tracer names another one. */
export const DEFAULT_CONTEXT_KEY = 'uber-trace-id';

/** The part of `Tracer.carrierKeys` of `spoor` that is used here. Other tracers do not have it. */
interface KeyedTracer {
  carrierKeys?(format: string): { readonly contextKey?: unknown } | null | undefined;
}

/**
 * Carrier key of the span context, in lower case. `uber-trace-id` for tracers and extractors that do not
 * name their keys.
 */
export function contextKeyOf(tracer: object, format: string): string {
  try {
    const key = (tracer as KeyedTracer).carrierKeys?.(format)?.contextKey;
    return typeof key === 'string' ? key : DEFAULT_CONTEXT_KEY;
  } catch {
    return DEFAULT_CONTEXT_KEY;
  }
}
