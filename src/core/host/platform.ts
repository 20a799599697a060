import type { ReadUtf8, WriteUtf8 } from '../text/utf8.js';

/** Time, in milliseconds with a fraction: OpenTracing's unit for start, finish and log times. */
export interface Clock {
  /** Wall clock, milliseconds since the Unix epoch, to the microsecond where the host can. */
  wallMillis(): number;
  /**
   * Milliseconds since an arbitrary zero; never goes back. NaN where the host's clock is faked or
   * has none: durations are then differences of the wall clock.
   */
  monotonicMillis(): number;
  /**
   * The monotonic clock at the last `wallMillis()`: a span's start needs both, and reading a clock is
   * among the dearest things that starting a span does (`bench/micro.ts`, case "clock").
   */
  readonly monotonicAtWall: number;
}

/** A timer that was started; `cancel` is idempotent. */
export interface Timer {
  cancel(): void;
}

/**
 * Everything the core needs of the runtime it is embedded in. The core has no other door to the
 * outside, and calls none of these while it is being imported: some runtimes (Cloudflare Workers)
 * have no clock, no randomness and no timers then.
 */
export interface Platform {
  readonly clock: Clock;
  /** Fills `words` with bits of a cryptographic source. */
  readonly randomWords: (words: Uint32Array) => void;
  /**
   * Calls `callback` once, `delayMillis` from now. It must not keep a process that is done alive.
   * `undefined` where the runtime has no timers: spans then leave when a message is full, on
   * `flush()` and on `close()`.
   */
  readonly startTimer?: (callback: () => void, delayMillis: number) => Timer;
  /** Makes bytes whose contents do not matter. Default `new Uint8Array(length)`. */
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
  /** Process tag `ip`: the first IPv4 address that is not a loopback's. */
  readonly ip?: () => string;
}
