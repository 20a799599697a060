import type { Span } from 'opentracing';

/** Associates spans with objects. */
interface SpanStore {
  set(object: object, span: Span): void;
  get(object: object): Span | undefined;
}

/** A base class whose constructor returns an existing object, so that subclasses add fields to it. */
const Existing = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/**
 * Adds a private field to an object of another class: invisible to others, and it lives as long as the
 * object. For objects as short-lived as a call, a WeakMap costs ten times as much, most of it in garbage
 * collection (`bench/micro.ts`, case "keep").
 */
class SpanField extends Existing {
  #span: Span;

  private constructor(object: object, span: Span) {
    super(object);
    this.#span = span;
  }

  static set(object: object, span: Span): void {
    if (#span in object) object.#span = span;
    else void new SpanField(object, span);
  }

  static get(object: object): Span | undefined {
    return #span in object ? object.#span : undefined;
  }
}

/** All copies of this package in a process share one store: the private field belongs to one class. */
const STORE: unique symbol = Symbol.for('spoor.grpc.spans/1');

const store: SpanStore = sharedStore();

function sharedStore(): SpanStore {
  const holder = globalThis as { [STORE]?: SpanStore };
  const shared = holder[STORE];
  if (shared !== undefined) return shared;
  Object.defineProperty(holder, STORE, { value: SpanField });
  return SpanField;
}

/** Stores the server span of a call with its request metadata, where `spanOf` finds it. */
export function keepSpanOf(metadata: object, span: Span): void {
  store.set(metadata, span);
}

/**
 * The server span of a handler's call, of any call type; in NestJS pass `{ metadata }`. Undefined if the
 * call is not traced. Does not need the async context, in which `activeSpan()` returns the same span.
 */
export function spanOf(call: { readonly metadata: object }): Span | undefined {
  const metadata: unknown = call?.metadata;
  return typeof metadata === 'object' && metadata !== null ? store.get(metadata) : undefined;
}
