import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from 'opentracing';

type ActiveSpanStorage = AsyncLocalStorage<Span | undefined>;

/** One store for all copies of this package in a process: its ESM and its CommonJS build, two versions. */
const SCOPE: unique symbol = Symbol.for('spoor.scope');

const storage: ActiveSpanStorage = sharedStorage();

function sharedStorage(): ActiveSpanStorage {
  const holder = globalThis as { [SCOPE]?: ActiveSpanStorage };
  const shared = holder[SCOPE];
  if (shared !== undefined) return shared;
  const made: ActiveSpanStorage = new AsyncLocalStorage();
  Object.defineProperty(holder, SCOPE, { value: made });
  return made;
}

/** The span of the work that is being done here, if `withSpan` or `startActiveSpan` said which. */
export function activeSpan(): Span | undefined {
  return storage.getStore();
}

/**
 * Calls `fn` with `span` as the active span: in `fn`, and in everything asynchronous that it starts.
 * Null: no span is active there. Answers what `fn` answers; the span is not finished.
 */
export function withSpan<T>(span: Span | null | undefined, fn: () => T): T {
  return storage.run(span ?? undefined, fn);
}

/** As `withSpan`, with the arguments of `fn`: it needs no closure, where it runs at every event. */
export function deliverWithin<A, B, T>(
  span: Span,
  fn: (first: A, second: B) => T,
  first: A,
  second: B,
): T {
  return storage.run(span, fn, first, second);
}

/**
 * A function that calls `fn` with `span` as the active span, whoever calls it: for callbacks of
 * libraries that lose the asynchronous context. `this`, the arguments and `length` are those of `fn`.
 */
export function bindSpan<This, Arguments extends unknown[], Result>(
  span: Span | null | undefined,
  fn: (this: This, ...args: Arguments) => Result,
): (this: This, ...args: Arguments) => Result {
  const bound = function bound(this: This, ...args: Arguments): Result {
    return withSpan(span, () => fn.apply(this, args));
  };
  // Some frameworks tell by it what a callback wants (Express, grpc-js).
  return Object.defineProperty(bound, 'length', { value: fn.length, configurable: true });
}

/** What `startSpan` reads of its options to find a parent. */
interface ParentOptions {
  readonly childOf?: unknown;
  readonly references?: readonly unknown[] | undefined;
}

/**
 * The options, with the active span as the parent where they name none: neither references nor
 * `childOf`. `childOf: null` does name one: no parent.
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
