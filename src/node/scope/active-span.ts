import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from 'opentracing';

/** A span together with a context of another tracing API, which travels along with it. */
interface Activation {
  readonly span: Span | undefined;
  readonly context: unknown;
}

/** A span has a method `context`; an activation has something else under this name. */
type ActiveSpanStorage = AsyncLocalStorage<Span | Activation | undefined>;

/**
 * The one store of all copies of this package in a process: its ESM and its CommonJS build, two versions. Each copy
 * reads what another one stored, so the name ends in the version of this contract: see docs/rationale.md.
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

/** The active span: the one that `withSpan` or `startActiveSpan` set for the code that runs now. */
export function activeSpan(): Span | undefined {
  const active = storage.getStore();
  if (active === undefined || typeof active.context === 'function')
    return active as Span | undefined;
  return (active as Activation).span;
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
