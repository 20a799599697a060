/** A part of a trace's time: microseconds from the trace's start. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** Where something stands in a window, in percent of its width. */
export interface Place {
  readonly left: number;
  readonly width: number;
}

/** Deeper than this there is nothing to see: clocks tick in microseconds. */
const MIN_WINDOW_MICROS = 2;

/** A window that lies in `0..total`, and is not narrower than can be shown. */
export function fitWindow(window: TimeWindow, total: number): TimeWindow {
  const whole = Math.max(total, 1);
  const start = Math.min(window.start, window.end);
  const width = Math.min(
    whole,
    Math.max(Math.abs(window.end - window.start), Math.min(MIN_WINDOW_MICROS, whole)),
  );
  const from = Math.min(Math.max(0, start), whole - width);
  return { start: from, end: from + width };
}

/** Narrower by a factor below 1, wider by one above; the moment `at` stays where it is. */
export function zoomWindow(
  window: TimeWindow,
  total: number,
  factor: number,
  at: number = (window.start + window.end) / 2,
): TimeWindow {
  const zoomed = {
    start: at - (at - window.start) * factor,
    end: at + (window.end - at) * factor,
  };
  return fitWindow(zoomed, total);
}

/** Moved by a share of its width: 0.25 is a quarter to the right. */
export function panWindow(window: TimeWindow, total: number, share: number): TimeWindow {
  const by = (window.end - window.start) * share;
  return fitWindow({ start: window.start + by, end: window.end + by }, total);
}

/** Whether it shows all there is. */
export function isWhole(window: TimeWindow, total: number): boolean {
  return window.start <= 0 && window.end >= total;
}

/** Where a stretch stands in a window, cut at its borders; undefined when it is outside. */
export function placeIn(window: TimeWindow, start: number, end: number): Place | undefined {
  if (end < window.start || start > window.end) return undefined;
  const scale = 100 / (window.end - window.start);
  const left = Math.max(0, (start - window.start) * scale);
  return { left, width: Math.min(100, (end - window.start) * scale) - left };
}

/** A mark of an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** At most `max` round moments of a window, with labels of one unit. `max`: >= 2. */
export function axisTicks(window: TimeWindow, max: number): Tick[] {
  const step = roundStep((window.end - window.start) / max);
  const first = Math.ceil(window.start / step - 1e-9);
  const last = Math.floor(window.end / step + 1e-9);
  const unit = UNITS.find(({ micros }) => window.end >= micros) ?? UNITS.at(-1)!;
  const decimals = Math.max(0, -Math.floor(Math.log10(step / unit.micros) + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, label: `${(value / unit.micros).toFixed(decimals)} ${unit.name}` };
  });
}

const UNITS = [
  { name: 's', micros: 1_000_000 },
  { name: 'ms', micros: 1_000 },
  { name: 'µs', micros: 1 },
] as const;

/** The next of 1, 2, 5, 10, 20, 50 ... */
function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= atLeast * (1 - 1e-9)) ?? 10;
  return factor * power;
}
