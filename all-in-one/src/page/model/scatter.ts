import { formatDay, formatDuration, formatTime } from './format.js';
import type { Tick } from './time-window.js';

/** A range of values, and where each stands: 0 at its beginning, 1 at its end. */
export interface Scale {
  readonly ticks: readonly Tick[];
  at(value: number): number;
}

/** Room left and right of the outermost points, as a share. */
const MARGIN = 0.03;

/** Time from left to right, with round moments as ticks. Microseconds since the Unix epoch. */
export function timeScale(times: readonly number[], maxTicks: number): Scale {
  const low = lowest(times);
  const high = highest(times);
  // A single moment gets a second, so that there is an axis.
  const span = Math.max(high - low, 1_000_000);
  const start = (low + high - span) / 2 - span * MARGIN;
  const width = span * (1 + 2 * MARGIN);
  return {
    ticks: timeTicks(start, start + width, maxTicks),
    at: (value) => (value - start) / width,
  };
}

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((ms) => ms * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((s) => s * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((min) => min * MINUTE),
  ...[1, 2, 3, 6, 12].map((h) => h * HOUR),
  ...[1, 2, 7, 14, 30, 90].map((d) => d * DAY),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((years) => years * 365 * DAY),
];

function timeTicks(start: number, end: number, maxTicks: number): Tick[] {
  const step = timeStep((end - start) / maxTicks);
  // Round in local time, as it is shown.
  const shift = new Date(start / 1_000).getTimezoneOffset() * MINUTE || 0;
  const ticks: Tick[] = [];
  const isOneYear = yearOf(start) === yearOf(end);
  for (let at = Math.ceil((start - shift) / step) * step + shift; at <= end; at += step) {
    ticks.push({ value: at, label: timeLabel(at, step, isOneYear) });
  }
  // No calendar reaches to where a wrong clock may.
  return ticks.filter(({ label }) => label !== '');
}

function timeStep(atLeast: number): number {
  let step = STEPS.find((candidate) => candidate >= atLeast) ?? STEPS.at(-1)!;
  while (step < atLeast) step *= 10;
  return step;
}

function yearOf(micros: number): number {
  return new Date(micros / 1_000).getFullYear();
}

function timeLabel(micros: number, step: number, isOneYear: boolean): string {
  if (step >= DAY) {
    const day = formatDay(micros);
    return isOneYear ? day.replace(/ -?\d+$/, '') : day;
  }
  if (step >= MINUTE) return formatTime(micros).slice(0, 5);
  return formatTime(micros, step >= SECOND ? 0 : 3);
}

/** Durations from bottom to top, each power of ten of one height. Microseconds. */
export function durationScale(durations: readonly number[]): Scale {
  const positive = durations.filter((duration) => duration > 0);
  const low = Math.log10(positive.length === 0 ? 1 : lowest(positive));
  const high = Math.log10(positive.length === 0 ? 1_000 : highest(positive));
  // At least half a power, so that like durations do not look unlike.
  const span = Math.max(high - low, 0.5);
  const start = (low + high - span) / 2 - span * 0.12;
  const width = span * 1.24;
  return {
    ticks: logTicks(start, start + width),
    at: (value) => (Math.log10(Math.max(value, 10 ** start)) - start) / width,
  };
}

function logTicks(start: number, end: number): Tick[] {
  const width = end - start;
  const factors = width > 3 ? [1] : width > 1.2 ? [1, 3] : [1, 2, 3, 5, 7];
  const skipped = Math.ceil(width / 6);
  const ticks: Tick[] = [];
  for (let power = Math.floor(start); power <= end; power += skipped) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      const at = Math.log10(value);
      if (at >= start && at <= end && value >= 1) ticks.push({ value, label: tickLabel(value) });
    }
  }
  return ticks;
}

function tickLabel(micros: number): string {
  return formatDuration(micros)
    .replace(/\.0+ /, ' ')
    .replace(/(\.\d*?)0+ /, '$1 ');
}

function lowest(values: readonly number[]): number {
  return values.reduce((best, value) => Math.min(best, value), values[0] ?? 0);
}

function highest(values: readonly number[]): number {
  return values.reduce((best, value) => Math.max(best, value), values[0] ?? 0);
}

/** Width of a letter of an axis, and what is free beside its labels, in pixels. */
const LETTER_PX = 6.5;
const BESIDE_PX = 14;
const MIN_ROOM_PX = 60;

/** Room for the longest label of an upright axis, in pixels. */
export function labelRoom(ticks: readonly Tick[]): number {
  const letters = ticks.reduce((most, { label }) => Math.max(most, label.length), 0);
  return Math.max(MIN_ROOM_PX, Math.ceil(letters * LETTER_PX) + BESIDE_PX);
}

/** Which end of a label stands at its mark, so that the label stays between two borders. */
export function labelAnchor(
  label: string,
  at: number,
  left: number,
  right: number,
): 'start' | 'middle' | 'end' {
  const half = (label.length * LETTER_PX) / 2;
  if (at + half > right) return 'end';
  return at - half < left ? 'start' : 'middle';
}
