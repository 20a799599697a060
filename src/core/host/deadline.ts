import type { Platform } from './platform.js';

/**
 * Resolves when `work` does, or after `timeoutMs` milliseconds if that is earlier. `work` must not
 * reject. Without timers in the platform there is no deadline.
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

/** Runs work once, even if the work itself asks for it again while it starts. */
export class Once {
  private promise: Promise<void> | undefined = undefined;

  get hasBegun(): boolean {
    return this.promise !== undefined;
  }

  /** Runs `work` at the first call. Every call returns the same promise. `work` must not reject. */
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
