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

/** Something that is done once, however often it is asked for: also by what runs while it begins. */
export class Once {
  private promise: Promise<void> | undefined = undefined;

  get hasBegun(): boolean {
    return this.promise !== undefined;
  }

  /** Runs `work` at the first call. Every call gets the same promise. `work` must not reject. */
  run(work: () => Promise<void>): Promise<void> {
    if (this.promise === undefined) {
      let resolve!: () => void;
      this.promise = new Promise((settle) => {
        resolve = settle;
      });
      void work().then(resolve);
    }
    return this.promise;
  }
}
