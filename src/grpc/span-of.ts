import type { Span } from 'opentracing';

/** One map for all copies of this package in a process. */
const SPANS: unique symbol = Symbol.for('spoor.grpc.spans');

const spans: WeakMap<object, Span> = sharedMap();

function sharedMap(): WeakMap<object, Span> {
  const holder = globalThis as { [SPANS]?: WeakMap<object, Span> };
  const shared = holder[SPANS];
  if (shared !== undefined) return shared;
  const made: WeakMap<object, Span> = new WeakMap();
  Object.defineProperty(holder, SPANS, { value: made });
  return made;
}

/** The server span of a call, found by the metadata that came with it: whoever holds that has it. */
export function keepSpanOf(metadata: object, span: Span): void {
  spans.set(metadata, span);
}

/**
 * The server span of the call that a handler was given, of all four types; in NestJS, of
 * `{ metadata }`. Undefined where the call is not traced. It does not depend on the asynchronous
 * context: `activeSpan()` is the same span as long as nothing lost it.
 */
export function spanOf(call: { readonly metadata: object }): Span | undefined {
  const metadata: unknown = call?.metadata;
  return typeof metadata === 'object' && metadata !== null ? spans.get(metadata) : undefined;
}
