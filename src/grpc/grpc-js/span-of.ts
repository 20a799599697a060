import type { Span } from 'opentracing';

/** Where a span is kept with an object, and found again. */
interface SpanKeeper {
  keep(object: object, span: Span): void;
  of(object: object): Span | undefined;
}

/** Makes a class's constructor work on an object that is there already. */
const Existing = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/**
 * A private field of an object of another class: nobody sees it, and it lives as long as the object. A
 * WeakMap, by which one does that, costs ten times as much where objects live as short as a call, most
 * of it in garbage collections (`bench/micro.ts`, case "keep").
 */
class Kept extends Existing {
  #span: Span;

  private constructor(object: object, span: Span) {
    super(object);
    this.#span = span;
  }

  static keep(object: object, span: Span): void {
    if (#span in object) object.#span = span;
    else void new Kept(object, span);
  }

  static of(object: object): Span | undefined {
    return #span in object ? object.#span : undefined;
  }
}

/** One for all copies of this package in a process. */
const KEEPER: unique symbol = Symbol.for('spoor.grpc-call-spans/1');

const keeper: SpanKeeper = sharedKeeper();

function sharedKeeper(): SpanKeeper {
  const holder = globalThis as { [KEEPER]?: SpanKeeper };
  const shared = holder[KEEPER];
  if (shared !== undefined) return shared;
  Object.defineProperty(holder, KEEPER, { value: Kept });
  return Kept;
}

/** The server span of a call, found by the metadata that came with it: whoever holds that has it. */
export function keepSpanOf(metadata: object, span: Span): void {
  keeper.keep(metadata, span);
}

/**
 * The server span of the call that a handler was given, of all four types; in NestJS, of
 * `{ metadata }`. Undefined where the call is not traced. It does not depend on the asynchronous
 * context: `activeSpan()` is the same span as long as nothing lost it.
 */
export function spanOf(call: { readonly metadata: object }): Span | undefined {
  const metadata: unknown = call?.metadata;
  return typeof metadata === 'object' && metadata !== null ? keeper.of(metadata) : undefined;
}
