import type { Reporter } from './reporter.js';

/**
 * Closes a reporter that calls back, returns a promise, or does both; one that throws counts as
 * closed. One that does neither never settles: the caller has a deadline.
 */
export function closeReporter(
  reporter: Pick<Reporter, 'close'>,
  onError?: (error: unknown) => void,
): Promise<void> {
  return settled((callback) => reporter.close(callback), onError);
}

/** Flushes a reporter where it can be flushed. */
export function flushReporter(
  reporter: Reporter,
  onError?: (error: unknown) => void,
): Promise<void> {
  if (typeof reporter.flush !== 'function') return Promise.resolve();
  return settled((callback) => reporter.flush!(callback), onError);
}

function settled(
  run: (callback: () => void) => unknown,
  onError: (error: unknown) => void = () => undefined,
): Promise<void> {
  return new Promise((resolve) => {
    const fail = (error: unknown): void => {
      onError(error);
      resolve();
    };
    try {
      const promise = run(() => resolve()) as PromiseLike<unknown> | undefined;
      if (typeof promise?.then === 'function') promise.then(() => resolve(), fail);
    } catch (error) {
      fail(error);
    }
  });
}
