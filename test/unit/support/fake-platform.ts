import type { Clock, Platform, Timer } from '../../../src/core/host/platform.js';

/** The moment at which a fake clock starts: 2023-11-14T22:13:20Z, in milliseconds. */
export const START_MILLIS = 1_700_000_000_000;

/** A clock that moves when it is told to. */
export class FakeClock implements Clock {
  wall: number = START_MILLIS;
  monotonic = 5000;
  monotonicAtWall: number = Number.NaN;
  /** The host has no monotonic clock, or it is faked. */
  withoutMonotonic = false;

  wallMillis(): number {
    this.monotonicAtWall = this.monotonicMillis();
    return this.wall;
  }

  monotonicMillis(): number {
    return this.withoutMonotonic ? Number.NaN : this.monotonic;
  }

  /** Time goes by. */
  advance(millis: number): void {
    this.wall += millis;
    this.monotonic += millis;
  }

  /** Somebody sets the host's clock. */
  step(millis: number): void {
    this.wall += millis;
  }
}

interface PendingTimer {
  readonly at: number;
  readonly callback: () => void;
}

/** A runtime whose time, chance and timers are the test's. */
export class FakePlatform implements Platform {
  readonly clock: FakeClock = new FakeClock();
  readonly timers: Set<PendingTimer> = new Set();
  /** How often randomness was asked for. */
  fills = 0;
  private readonly next: () => number;

  constructor(seed: number = 1) {
    this.next = mulberry32(seed);
  }

  readonly randomWords = (words: Uint32Array): void => {
    this.fills++;
    for (let i = 0; i < words.length; i++) words[i] = this.next();
  };

  readonly startTimer = (callback: () => void, delayMillis: number): Timer => {
    const timer = { at: this.clock.monotonic + delayMillis, callback };
    this.timers.add(timer);
    return { cancel: () => void this.timers.delete(timer) };
  };

  readonly hostname = (): string => 'a-host';
  readonly ip = (): string => '192.0.2.7';

  /** Lets time go by, and fires the timers that come due, each at its own moment. */
  async advance(millis: number): Promise<void> {
    const end = this.clock.monotonic + millis;
    for (;;) {
      const due = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.clock.advance(Math.max(0, due.at - this.clock.monotonic));
      this.timers.delete(due);
      due.callback();
      await settle();
    }
    this.clock.advance(end - this.clock.monotonic);
  }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Numbers in [0, 1), the same for the same seed. */
export function seededRandom(seed: number): () => number {
  const next = mulberry32(seed);
  return () => next() / 2 ** 32;
}

/** Unsigned 32-bit integers, by Tommy Ettinger's generator of that name (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
