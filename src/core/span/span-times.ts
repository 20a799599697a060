import type { Clock } from '../host/platform.js';
import type { FlatLogs } from './finished-span.js';

/**
 * The resolution of times that user code gives: one that is less than this before a time that was given too may be the
 * same moment.
 */
const GIVEN_MILLIS = 1;

/** The same before a time that was measured: that may be a little ahead of `Date.now()`, which is not read each time. */
const MEASURED_MILLIS = 1.05;

/** `Date.now()` is read before the tracer is called: its millisecond may have ended this long ago. */
const CALL_MILLIS = 0.1;

/** Rounds to whole microseconds, which is what is sent: start + duration is then exactly the end. */
export function wholeMicros(millis: number): number {
  return Math.round(millis * 1000) / 1000;
}

/**
 * Whether a time that user code gave is a `Date.now()` of this moment: it lacks the microseconds, so the tracer's own
 * time is used. Not where that has none either: with a faked `Date`, given times are kept.
 */
export function isPresent(clock: Clock, given: number): boolean {
  if (!Number.isInteger(given)) return false;
  const now = clock.wallMillis();
  if (Number.isNaN(clock.monotonicAtWall)) return false;
  // The clock may be almost a millisecond behind `Date.now()`, until it is checked again.
  return given < now + 1 && now < given + 1 + CALL_MILLIS;
}

/** How much earlier than a start or a log, which was measured or given, the same moment may be given. */
export function resolutionOf(isMeasured: boolean): number {
  return isMeasured ? MEASURED_MILLIS : GIVEN_MILLIS;
}

/** `time`, or `earliest` where it is before that by less than `resolution`. */
export function notJustBefore(earliest: number, time: number, resolution: number): number {
  return time < earliest && earliest - time < resolution ? earliest : time;
}

/** An end that user code gave: moved to the latest log where that is after it by less than `resolution`. */
export function notJustBeforeLogs(
  logs: FlatLogs | undefined,
  end: number,
  resolution: number,
): number {
  return latestLog(logs, end, end + resolution);
}

/** The latest time of logs that are later than `from` and earlier than `before`; `from` where there is none. */
export function latestLog(
  logs: FlatLogs | undefined,
  from: number,
  before: number = Number.POSITIVE_INFINITY,
): number {
  let latest = from;
  if (logs === undefined) return latest;
  for (let i = 0; i < logs.length; i += 2 + 2 * (logs[i + 1] as number)) {
    const time = logs[i] as number;
    if (time > latest && time < before) latest = time;
  }
  return latest;
}
