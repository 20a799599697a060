const MICROS_PER_MS = 1_000;
const MICROS_PER_S = 1_000_000;
const MICROS_PER_MIN = 60 * MICROS_PER_S;
const MICROS_PER_H = 60 * MICROS_PER_MIN;
const MICROS_PER_DAY = 24 * MICROS_PER_H;

/** Microseconds with three digits in the unit that fits: `345 µs`, `12.3 ms`, `1.20 s`, `2 m 3 s`. */
export function formatDuration(micros: number): string {
  if (!Number.isFinite(micros)) return '–';
  if (micros < 0) return `−${formatDuration(-micros)}`;
  if (micros < MICROS_PER_MS) {
    return `${Number.isInteger(micros) ? micros : Number(micros.toPrecision(3))} µs`;
  }
  const ms = (micros / MICROS_PER_MS).toPrecision(3);
  if (Number(ms) < 1_000) return `${ms} ms`;
  const s = (micros / MICROS_PER_S).toPrecision(3);
  if (Number(s) < 60) return `${s} s`;
  if (micros < MICROS_PER_H) return inTwo(micros, MICROS_PER_MIN, 'm', MICROS_PER_S, 's');
  if (micros < MICROS_PER_DAY) return inTwo(micros, MICROS_PER_H, 'h', MICROS_PER_MIN, 'm');
  return inTwo(micros, MICROS_PER_DAY, 'd', MICROS_PER_H, 'h');
}

function inTwo(micros: number, large: number, one: string, small: number, two: string): string {
  const rounded = Math.round(micros / small) * small;
  const rest = Math.round((rounded % large) / small);
  const whole = `${Math.floor(rounded / large)} ${one}`;
  return rest === 0 ? whole : `${whole} ${rest} ${two}`;
}

/** `1 span`, `12,345 spans`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** With a comma between thousands. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Bytes or characters in the unit that fits: `900`, `12.3 k`, `1.20 M`. */
export function formatSize(size: number): string {
  if (size < 1_000) return String(size);
  const k = (size / 1_000).toPrecision(3);
  return Number(k) < 1_000 ? `${k} k` : `${(size / 1_000_000).toPrecision(3)} M`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Day in local time: `22 Nov 2026`. Empty for what no calendar has. */
export function formatDay(micros: number): string {
  const date = new Date(micros / MICROS_PER_MS);
  if (Number.isNaN(date.getTime())) return '';
  return `${date.getDate()} ${MONTHS[date.getMonth()]!} ${date.getFullYear()}`;
}

/** Time of day in local time, to the second, or with `digits` (3 or 6) decimals. */
export function formatTime(micros: number, digits: 0 | 3 | 6 = 0): string {
  const date = new Date(micros / MICROS_PER_MS);
  if (Number.isNaN(date.getTime())) return `${micros} µs`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  if (digits === 0) return time;
  const fraction = ((Math.floor(micros) % MICROS_PER_S) + MICROS_PER_S) % MICROS_PER_S;
  return `${time}.${String(fraction).padStart(6, '0').slice(0, digits)}`;
}

/** How long ago, roughly: `just now`, `3 min ago`, `2 h ago`, `5 d ago`; `ahead` when in the future. */
export function formatAgo(micros: number, nowMicros: number): string {
  const age = nowMicros - micros;
  // A sender's clock may be a little ahead.
  if (age < -MICROS_PER_S * 5) return 'ahead of this clock';
  if (age < MICROS_PER_S * 5) return 'just now';
  if (age < MICROS_PER_MIN) return `${Math.floor(age / MICROS_PER_S)} s ago`;
  if (age < MICROS_PER_H) return `${Math.floor(age / MICROS_PER_MIN)} min ago`;
  if (age < MICROS_PER_DAY) return `${Math.floor(age / MICROS_PER_H)} h ago`;
  return `${Math.floor(age / MICROS_PER_DAY)} d ago`;
}

/** A long id's beginning, for where it only has to be told from its neighbours. */
export function shortId(id: string): string {
  return id.slice(0, 7);
}
