import type { Timer } from './platform.js';

/** What starts timers; undefined where none can be started. */
interface Timers {
  startTimer(callback: () => void, delayMillis: number): Timer | undefined;
}

/**
 * Resolves when `work` does, or after `timeoutMs` milliseconds if that is earlier. `work` must not
 * reject. Without a timer there is no deadline.
 */
export function settledWithin(
  work: Promise<void>,
  timeoutMs: number,
  timers: Timers,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = timers.startTimer(resolve, timeoutMs);
    void work.then(() => {
      timer?.cancel();
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
