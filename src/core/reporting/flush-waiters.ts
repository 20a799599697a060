/** Resolves a `flush()` once this many spans have left or failed. */
interface Waiter {
  readonly settled: number;
  readonly resolve: () => void;
}

/**
 * The flushes that wait. Spans settle (they leave or fail) in the order in which they were taken, so a
 * flush is done when as many have settled as had been taken when it was asked for.
 */
export class FlushWaiters {
  private taken = 0;
  private settled = 0;
  private readonly waiters: Waiter[] = [];

  /** Whether a flush waits. */
  get areWaiting(): boolean {
    return this.waiters.length > 0;
  }

  /** Whether no span that was taken is left. */
  get isIdle(): boolean {
    return this.taken === this.settled;
  }

  take(): void {
    this.taken++;
  }

  settle(spans: number): void {
    this.settled += spans;
  }

  settleAll(): void {
    this.settled = this.taken;
  }

  /** Resolves once all spans taken so far have settled and `wake` was called. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push({ settled: this.taken, resolve });
    });
  }

  /** Resolves the flushes that are done. */
  wake(): void {
    while (this.waiters.length > 0 && this.waiters[0]!.settled <= this.settled) {
      this.waiters.shift()!.resolve();
    }
  }
}
