import type { ReadUtf8, WriteUtf8 } from '../text/utf8.js';

/** Times in milliseconds with a fraction: OpenTracing's unit for start, finish and log times. */
export interface Clock {
  /** Wall clock: milliseconds since the Unix epoch, with microsecond resolution if the host has it. */
  wallMillis(): number;
  /**
   * Milliseconds since an arbitrary zero; never goes back. NaN if the host has no such clock or a test
   * fakes it: durations are then differences of the wall clock.
   */
  monotonicMillis(): number;
  /**
   * The monotonic clock at the last `wallMillis()`. A span's start needs both, and reading a clock is one
   * of the most expensive steps of starting a span (`bench/micro.ts`, case "clock").
   */
  readonly monotonicAtWall: number;
}

/** A started timer. `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * Everything that the core needs of its runtime. The core uses nothing else of it, and calls none of these
 * at import: some runtimes (Cloudflare Workers) have no clock, randomness or timers then.
 */
export interface Platform {
  readonly clock: Clock;
  /** Fills `words` with bits from a cryptographic source. */
  readonly randomWords: (words: Uint32Array) => void;
  /**
   * Calls `callback` once, after `delayMillis` milliseconds. The timer must not keep the process alive.
   * Undefined if the runtime has no timers: spans are then sent when a message is full, on `flush()` and on
   * `close()`.
   */
  readonly startTimer?: (callback: () => void, delayMillis: number) => Timer;
  /** Makes bytes with any contents. Default `new Uint8Array(length)`. */
  readonly allocate?: (length: number) => Uint8Array;
  readonly writeUtf8?: WriteUtf8;
  readonly readUtf8?: ReadUtf8;
  /**
   * Calls `work` in no span's context and in none of the application's: a sender's own work belongs to no
   * request. Default: calls it where it is.
   */
  readonly runOutside?: <T>(work: () => T) => T;
  /**
   * Calls `callback` when a process goes on from a stored image of this one: ids must differ then, and
   * the host may be another one. `undefined` where there is no such image.
   */
  readonly onRestored?: ((callback: () => void) => void) | undefined;
  /** Process tag `hostname`. */
  readonly hostname?: () => string;
  /** Process tag `ip`: the first IPv4 address that is no loopback address. */
  readonly ip?: () => string;
}
