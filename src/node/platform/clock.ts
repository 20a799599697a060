import { performance } from 'node:perf_hooks';
import type { Clock } from '../../core/host/platform.js';

/**
 * The runtime's own `Date.now`, as it was when this module was loaded. A test that fakes the clock
 * (sinon, Jest, Vitest) puts another function in its place, which the comparison below notices; it
 * costs next to nothing.
 */
const systemNow = Date.now;
const systemNowIsNative = /\[native code\]/.test(Function.prototype.toString.call(systemNow));

/**
 * `Date.now()` is read again once this much of the monotonic clock has gone by. It is the dearest part
 * of a span's start, and a busy process starts several spans in this time (`bench/micro.ts`, case
 * "clock"). What it risks: a host's clock that is set, or a process that is frozen, within the same 20
 * microseconds is seen by the spans after them.
 */
const CHECKED_FOR_MILLIS = 0.02;

/** Pairs of readings that are taken at most to find one without a pause in it. */
const MAX_READINGS = 5;

/**
 * The wall clock at microsecond resolution: `Date.now()` for the millisecond, `performance.now()` for
 * the rest. Their distance starts as `performance.timeOrigin` and is then found by watching: the sum
 * stays within a millisecond of `Date.now()`, so each step of the host's clock (NTP, a laptop's sleep, a
 * frozen process) is followed at the next check.
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

  /** Holds the sum against `Date.now()`, and moves it where it strays. */
  private check(monotonic: number): void {
    if (Number.isNaN(this.offsetMillis)) this.offsetMillis = performance.timeOrigin;
    this.checkedAt = monotonic;
    const wall = Date.now();
    const fine = this.offsetMillis + monotonic;
    if (!(fine >= wall && fine < wall + 1)) this.settle();
  }

  /** The host's clock went on without us, or was set back. */
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
