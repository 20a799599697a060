/** Jaeger's key. Used unless the tracer names another one. */
export const DEFAULT_CONTEXT_KEY = 'uber-trace-id';

/** Keys that hold one context, in any format. A comma is never part of their values. */
export const CONTEXT_KEYS: ReadonlySet<string> = new Set([
  DEFAULT_CONTEXT_KEY,
  'traceparent',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
]);

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

/** Whether the key belongs to the context itself, and not to baggage. */
export function isContextKey(key: string, contextKey: string): boolean {
  return key === contextKey || CONTEXT_KEYS.has(key) || key === 'tracestate';
}
