/* Durations and times in Go's format, as in Jaeger's warnings. */

const UNITS: readonly (readonly [name: string, nanos: number, digits: number])[] = [
  ['ns', 1, 0],
  ['µs', 1_000, 3],
  ['ms', 1_000_000, 6],
];
const SECOND = 1_000_000_000;

/** Formats nanoseconds as Go's `Duration.String` does: `1.5ms`, `2h0m0.25s`. */
export function goDuration(nanos: number): string {
  const sign = nanos < 0 ? '-' : '';
  const size = Math.abs(nanos);
  if (size === 0) return '0s';
  const small = UNITS.find(([, unit]) => size < unit * 1_000);
  if (small !== undefined) return `${sign}${decimal(size, small[1], small[2])}${small[0]}`;
  const minutes = Math.floor(size / (60 * SECOND));
  const seconds = `${decimal(size - minutes * 60 * SECOND, SECOND, 9)}s`;
  if (minutes === 0) return `${sign}${seconds}`;
  if (minutes < 60) return `${sign}${minutes}m${seconds}`;
  return `${sign}${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

/** Formats a time as Go's `Time.String` does, in UTC. */
export function goTime(micros: number, nanos: number): string {
  const date = new Date(Math.floor(micros / 1_000));
  if (Number.isNaN(date.getTime())) return `${micros}µs`;
  const [day, time] = date.toISOString().split('T') as [string, string];
  const rest = (((micros % 1_000_000) + 1_000_000) % 1_000_000) * 1_000 + nanos;
  const fraction = rest === 0 ? '' : decimal(rest, SECOND, 9).slice(1);
  return `${day} ${time.slice(0, 8)}${fraction} +0000 UTC`;
}

/** `size / unit`, exact, without trailing zeros. */
function decimal(size: number, unit: number, digits: number): string {
  const whole = Math.floor(size / unit);
  const rest = size - whole * unit;
  if (rest === 0) return String(whole);
  return `${whole}.${String(rest).padStart(digits, '0').replace(/0+$/, '')}`;
}

/** An IPv4 address from the number that some clients send. */
export function dottedIp(value: number): string {
  const bits = Number(BigInt.asUintN(32, BigInt(Math.trunc(value))));
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}
