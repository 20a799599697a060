import { AsyncLocalStorage } from 'node:async_hooks';

type RunWithin = <T>(work: () => T) => T;

/** The asynchronous context in which this module was loaded: at the start of a program it is empty. */
const within: RunWithin | undefined = AsyncLocalStorage.snapshot?.() as RunWithin | undefined;

/**
 * Calls `work` in none of the application's asynchronous contexts. What a tracer does for itself (sockets,
 * look-ups, timers) would otherwise run in the context of the span whose finish began it: other
 * instrumentation would put it into that request's trace, and what lives on, such as the socket, would
 * keep what belongs to the request in memory.
 */
export function runOutside<T>(work: () => T): T {
  return within === undefined ? work() : within(work);
}
