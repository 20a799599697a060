import { performance } from 'node:perf_hooks';
import type { Clock } from '../../core/host/platform.js';

/**
 * The runtime's own `Date.now`, read when this module is loaded. Tests that fake the clock (sinon, Jest,
 * Vitest) replace it, which `isFaked` detects at almost no cost.
 */
const systemNow = Date.now;
const systemNowIsNative = /\[native code\]/.test(Function.prototype.toString.call(systemNow));

/**
 * Time on the monotonic clock after which `Date.now()` is read again. Reading it is the most expensive part of
 * a span's start, and a busy process starts several spans in this time (`bench/micro.ts`, case "clock"). If the
 * host's clock is set, or the process is frozen, within these 20 microseconds, only later spans see it.
 */
const CHECKED_FOR_MILLIS = 0.02;

/** Pairs of readings that are taken at most to find one without a pause in it. */
const MAX_READINGS = 5;

/**
 * A wall clock with microsecond resolution: an offset plus `performance.now()`. The offset starts as
 * `performance.timeOrigin` and is corrected so that the sum stays within a millisecond of `Date.now()`. Each
 * step of the host's clock (NTP, a laptop's sleep, a frozen process) is followed at the next check.
 */
export class NodeClock implements Clock {
  monotonicAtWall: number = Number.NaN;
  private offsetMillis = Number.NaN;
  private checkedAt = Number.NEGATIVE_INFINITY;

  wallMillis(): number {
    if (isFaked()) {
      this.monotonicAtWall = Number.NaN;
      return Date.now();
    }
    const monotonic = performance.now();
    this.monotonicAtWall = monotonic;
    const since = monotonic - this.checkedAt;
    if (!(since >= 0 && since < CHECKED_FOR_MILLIS)) this.check(monotonic);
    return this.offsetMillis + monotonic;
  }

  monotonicMillis(): number {
    return isFaked() ? Number.NaN : performance.now();
  }

  /** Compares the sum with `Date.now()`, and corrects the offset if they differ too much. */
  private check(monotonic: number): void {
    if (Number.isNaN(this.offsetMillis)) this.offsetMillis = performance.timeOrigin;
    this.checkedAt = monotonic;
    const wall = Date.now();
    const fine = this.offsetMillis + monotonic;
    if (!(fine >= wall && fine < wall + 1)) this.settle();
  }

  /** The host's clock was set, or the monotonic clock stopped while the host slept. */
  private settle(): void {
    let monotonic = performance.now();
    let wall = Date.now();
    // The thread may be suspended between two readings: such a pair would be off for the rest of a trace.
    for (let i = 0; i < MAX_READINGS && performance.now() - monotonic > CHECKED_FOR_MILLIS; i++) {
      monotonic = performance.now();
      wall = Date.now();
    }
    const fine = this.offsetMillis + monotonic;
    if (fine >= wall && fine < wall + 1) return;
    const settled = fine >= wall + 1 && fine < wall + 2 ? wall + 0.999 : wall;
    this.offsetMillis = settled - monotonic;
  }
}

function isFaked(): boolean {
  return !systemNowIsNative || Date.now !== systemNow;
}
