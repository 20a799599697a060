import { SamplingState } from '../context/sampling-state.js';
import { Timeline, WALL_ONLY } from '../context/timeline.js';
import type { Clock } from '../host/platform.js';
import type { Span } from '../span/span.js';
import { isPresent, resolutionOf, wholeMicros } from '../span/span-times.js';

/**
 * A trace keeps its timeline this long after the host's wall clock last agreed with it. Most traces end before; a trace
 * that lasts longer follows a set clock, a sleep or a frozen process after it.
 */
const KEPT_FOR_MILLIS = 10_000;

/** A timeline that is less than this off agrees with the host's clock. */
const SAME_TIME_MILLIS = 0.002;

/**
 * The start times of a tracer's spans, each on the timeline of its trace. The results are fields: a number that a
 * function returns may be an allocation.
 */
export class StartTimes {
  /** The last start, in milliseconds since the Unix epoch, to whole microseconds where it was measured. */
  millis: number = Number.NaN;
  /** The timeline of the last start. Undefined where user code gave the time. */
  timeline: Timeline | undefined = undefined;
  private readonly clock: Clock;
  /** What new traces get. */
  private current: Timeline = WALL_ONLY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Now, on the timeline of the trace. The first span of a trace reads the wall clock, the others do not. */
  measure(trace: SamplingState): void {
    const kept = trace._timeline;
    if (kept === undefined) {
      this.readWall();
      keepTimeline(trace, this.timeline);
      return;
    }
    const monotonic = this.clock.monotonicMillis();
    const age = monotonic - kept.confirmedAt;
    if (age >= 0 && age < KEPT_FOR_MILLIS) {
      this.timeline = kept;
      this.millis = kept.millisAt(monotonic);
    } else {
      this.leave(kept, trace, age);
    }
  }

  /** The time that user code gave. `Date.now()` of this moment is measured instead: it lacks the microseconds. */
  take(given: number, trace: SamplingState): void {
    if (isPresent(this.clock, given)) return this.measure(trace);
    const kept = trace._timeline;
    if (kept === undefined) {
      this.readWall();
      keepTimeline(trace, this.timeline);
    } else if (given > kept.millisAt(this.clock.monotonicMillis())) {
      // What follows it must not start before it: the host's clock was set on meanwhile.
      this.readWall();
      if (this.millis >= given) keepTimeline(trace, this.timeline);
    }
    this.timeline = undefined;
    this.millis = given;
  }

  /** A trace that has kept its timeline for long enough gets the one of new traces. */
  private leave(kept: Timeline, trace: SamplingState, age: number): void {
    // No span of the trace started later. Unknown where the monotonic clock went back, or is faked.
    const end =
      age >= KEPT_FOR_MILLIS ? kept.millisAt(kept.confirmedAt + KEPT_FOR_MILLIS) : Number.NaN;
    this.readWall();
    const ahead = end - this.millis;
    if (ahead > 0 && ahead < KEPT_FOR_MILLIS && this.timeline !== WALL_ONLY) {
      // The host's clock was set back a little: the trace's time stands still until it is reached again.
      this.timeline = new Timeline(end, this.clock.monotonicAtWall);
      this.millis = end;
    } else {
      keepTimeline(trace, this.timeline);
    }
  }

  /** Now, by the wall clock. Holds the timeline of new traces against it. */
  private readWall(): void {
    const wall = this.clock.wallMillis();
    const monotonic = this.clock.monotonicAtWall;
    const now = this.current.millisAt(monotonic);
    const difference = now - wall;
    if (difference < SAME_TIME_MILLIS && difference > -SAME_TIME_MILLIS) {
      const age = monotonic - this.current.confirmedAt;
      // Not at each root: a number in a field is an allocation.
      if (!(age >= 0 && age < 1)) this.current.confirmedAt = monotonic;
      this.timeline = this.current;
      this.millis = now;
    } else if (Number.isNaN(monotonic)) {
      this.timeline = WALL_ONLY;
      this.millis = wholeMicros(wall);
    } else {
      this.timeline = this.current = new Timeline(wall, monotonic);
      this.millis = this.current.millisAt(monotonic);
    }
  }
}

/** Another copy's trace keeps its own. */
function keepTimeline(trace: SamplingState, timeline: Timeline | undefined): void {
  if (timeline !== WALL_ONLY && trace instanceof SamplingState) trace._timeline = timeline;
}

/** Where `childOf` is a span, of this or of another copy. */
export interface ParentSpan {
  readonly _startTime?: unknown;
  readonly _timeline?: unknown;
}

/**
 * Moves the start of a span to its parent's, which is later. A measured one is moved where the parent's was measured too
 * (there is only a wall clock, and it was set back) or has passed by the wall clock (it was set on). A given one is kept,
 * unless it is whole milliseconds and may be the same moment.
 */
export function startWithParent(
  span: Span,
  parentStart: number,
  isParentMeasured: boolean,
  now: number,
): void {
  const isMeasured = span._timeline !== undefined;
  const isPast = isParentMeasured || parentStart <= now;
  const isSame = parentStart - span._startTime < resolutionOf(isParentMeasured);
  const isCoarse = isMeasured || Number.isInteger(span._startTime);
  if ((isMeasured && isPast) || (isSame && isCoarse)) span._startTime = parentStart;
}
