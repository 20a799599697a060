import type { Platform } from './platform.js';

/**
 * Resolves with `work`, or after `timeoutMs` milliseconds if that comes first. `work` must not reject.
 * Where the platform has no timers there is no deadline.
 */
export function settledWithin(
  work: Promise<void>,
  timeoutMs: number,
  platform: Platform,
): Promise<void> {
  const { startTimer } = platform;
  if (startTimer === undefined) return work;
  return new Promise((resolve) => {
    const timer = startTimer(resolve, timeoutMs);
    void work.then(() => {
      timer.cancel();
      resolve();
    });
  });
}
