import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from 'opentracing';

/** A span together with a context of another tracing API, set by that API's bridge. */
interface Activation {
  readonly span: Span | undefined;
  readonly context: unknown;
}

/** The property `context` tells them apart: it is a method of a span, and never a function on an activation. */
type ActiveSpanStorage = AsyncLocalStorage<Span | Activation | undefined>;

/**
 * All copies of this package in a process (its ESM and CommonJS builds, several versions) share one store. The name
 * ends with the version of this contract: see docs/rationale.md.
 */
const ACTIVE_SPAN: unique symbol = Symbol.for('spoor.active-span/1');

const storage: ActiveSpanStorage = sharedStorage();

function sharedStorage(): ActiveSpanStorage {
  const holder = globalThis as { [ACTIVE_SPAN]?: ActiveSpanStorage };
  const shared = holder[ACTIVE_SPAN];
  if (shared !== undefined) return shared;
  const made: ActiveSpanStorage = new AsyncLocalStorage();
  Object.defineProperty(holder, ACTIVE_SPAN, { value: made });
  return made;
}

/** The active span, which `withSpan` or `startActiveSpan` set for the running code. Undefined if there is none. */
export function activeSpan(): Span | undefined {
  const active = storage.getStore();
  if (active === undefined || typeof active.context === 'function')
    return active as Span | undefined;
  return (active as Activation).span;
}

/**
 * Calls `fn` and returns its result. `span` is the active span in `fn` and in all asynchronous code that it
 * starts. Null: no span is active there. Does not finish the span.
 */
export function withSpan<T>(span: Span | null | undefined, fn: () => T): T {
  return storage.run(span ?? undefined, fn);
}

/** Does what `withSpan` does, and passes the arguments of `fn`, which saves a closure per event. */
export function deliverWithin<A, B, T>(
  span: Span,
  fn: (first: A, second: B) => T,
  first: A,
  second: B,
): T {
  return storage.run(span, fn, first, second);
}

/**
 * Returns a function that calls `fn` with `span` as the active span. Use it for callbacks of libraries that lose
 * the asynchronous context. It passes on `this` and the arguments, and has the `length` of `fn`.
 */
export function bindSpan<This, Arguments extends unknown[], Result>(
  span: Span | null | undefined,
  fn: (this: This, ...args: Arguments) => Result,
): (this: This, ...args: Arguments) => Result {
  const bound = function bound(this: This, ...args: Arguments): Result {
    return withSpan(span, () => fn.apply(this, args));
  };
  // Some frameworks (Express, grpc-js) decide by `length` which arguments a callback gets.
  return Object.defineProperty(bound, 'length', { value: fn.length, configurable: true });
}

/** The options of `startSpan` that name a parent. */
interface ParentOptions {
  readonly childOf?: unknown;
  readonly references?: readonly unknown[] | undefined;
}

/**
 * The options of `startSpan`, with the active span as the parent if they have neither `childOf` nor references.
 * `childOf: null` asks for a root, so it stays.
 */
export function withActiveParent<O extends ParentOptions>(
  options: O | null | undefined,
): O | { readonly childOf: Span } | undefined {
  const given = options ?? undefined;
  const references = given?.references;
  if (given?.childOf !== undefined) return given;
  if (references !== undefined && references !== null && references.length > 0) return given;
  const childOf = activeSpan();
  return childOf === undefined ? given : { ...given, childOf };
}
