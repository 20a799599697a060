import { performance } from 'node:perf_hooks';
import type { Clock } from '../core/platform.js';

/**
 * The runtime's own `Date.now`, as it was when this module was loaded. A test that fakes the clock
 * (sinon, Jest, Vitest) puts another function in its place, which the comparison below notices; it
 * costs next to nothing.
 */
const systemNow = Date.now;
const systemNowIsNative = /\[native code\]/.test(Function.prototype.toString.call(systemNow));

/**
 * The wall clock at microsecond resolution: `Date.now()` for the millisecond, `performance.now()` for
 * the rest. Their distance starts as `performance.timeOrigin` and is then found by watching: the sum
 * may never be behind `Date.now()` nor a millisecond or more ahead of it, so each step of the host's
 * clock (NTP, a laptop's sleep, a frozen process) is followed at the next reading.
 */
export class NodeClock implements Clock {
  monotonicAtWall: number = Number.NaN;
  private offsetMillis = Number.NaN;

  wallMillis(): number {
    const wall = Date.now();
    if (isFaked()) {
      this.monotonicAtWall = Number.NaN;
      return wall;
    }
    const monotonic = performance.now();
    this.monotonicAtWall = monotonic;
    if (Number.isNaN(this.offsetMillis)) this.offsetMillis = performance.timeOrigin;
    const fine = this.offsetMillis + monotonic;
    if (fine >= wall && fine < wall + 1) return fine;
    // The host's clock went on without us, or was set back.
    const settled = fine >= wall + 1 && fine < wall + 2 ? wall + 0.999 : wall;
    this.offsetMillis = settled - monotonic;
    return settled;
  }

  monotonicMillis(): number {
    return isFaked() ? Number.NaN : performance.now();
  }
}

function isFaked(): boolean {
  return !systemNowIsNative || Date.now !== systemNow;
}
