/**
 * The time of a trace: the monotonic clock, and the offset that makes wall-clock time of it. The spans of a trace in this
 * process share one, so that a correction of the host's clock does not change their order. Traces share it too, as long
 * as the host's clock is not corrected: a trace needs no object of its own.
 */
export class Timeline {
  /** The monotonic clock, in milliseconds, when the host's wall clock last agreed: to a millisecond. */
  confirmedAt: number;
  /** Wall clock minus monotonic clock. Whole, so that times keep the precision of the monotonic clock. */
  readonly offsetMicros: number;

  /** Begins at a reading of both clocks, in milliseconds. */
  constructor(wall: number, monotonic: number) {
    this.confirmedAt = monotonic;
    this.offsetMicros = Math.round((wall - monotonic) * 1000);
  }

  /** Wall-clock time in whole microseconds at a reading of the monotonic clock. */
  microsAt(monotonic: number): number {
    return this.offsetMicros + Math.floor(monotonic * 1000 + 0.5);
  }

  /** The same in milliseconds. */
  millisAt(monotonic: number): number {
    return this.microsAt(monotonic) / 1000;
  }
}

/** Of spans that start while the host has no monotonic clock, or a faked `Date`: all its times are NaN. */
export const WALL_ONLY: Timeline = new Timeline(Number.NaN, Number.NaN);
