/* Parameters as Go's parsers read them, with Go's error messages, which are part of Jaeger's answers. */

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** The parameter is invalid. */
export class ParseError extends Error {
  override readonly name = 'ParseError';
}

/** `strconv.ParseInt(text, 10, 64)`, to the nearest number. */
export function parseInteger(text: string): number {
  return parseAs('ParseInt', text);
}

/** `strconv.Atoi(text)`: the same with another error message. */
export function parseCount(text: string): number {
  return parseAs('Atoi', text);
}

function parseAs(parser: string, text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw numError(parser, text, 'invalid syntax');
  const value = BigInt(text.replace(/^\+/, ''));
  if (value > INT64_MAX || value < INT64_MIN) {
    throw numError(parser, text, 'value out of range');
  }
  return Number(value);
}

const BOOLS: Readonly<Record<string, boolean>> = {
  1: true,
  t: true,
  T: true,
  true: true,
  TRUE: true,
  True: true,
  0: false,
  f: false,
  F: false,
  false: false,
  FALSE: false,
  False: false,
};

/** `strconv.ParseBool(text)` */
export function parseBool(text: string): boolean {
  const value = Object.hasOwn(BOOLS, text) ? BOOLS[text] : undefined;
  if (value === undefined) throw numError('ParseBool', text, 'invalid syntax');
  return value;
}

function numError(parser: string, text: string, what: string): ParseError {
  return new ParseError(`strconv.${parser}: parsing ${JSON.stringify(text)}: ${what}`);
}

const UNIT_NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1_000,
  µs: 1_000, // U+00B5, the micro sign
  μs: 1_000, // U+03BC, the Greek letter
  ms: 1_000_000,
  s: 1_000_000_000,
  m: 60_000_000_000,
  h: 3_600_000_000_000,
};

/** `time.ParseDuration(text)`: `1.5s`, `2m30s`, `-10us`. In nanoseconds. */
export function parseDuration(text: string): number {
  const quoted = JSON.stringify(text);
  const [, sign, rest] = /^([+-]?)(.*)$/s.exec(text)!;
  if (rest === '0') return 0;
  if (rest === '') throw new ParseError(`time: invalid duration ${quoted}`);
  let nanos = 0;
  for (let at = 0; at < rest!.length;) {
    const [part, number, unit] = /^(\d*\.?\d*)([^\d.]*)/.exec(rest!.slice(at))!;
    if (!/\d/.test(number!)) throw new ParseError(`time: invalid duration ${quoted}`);
    if (unit === '') throw new ParseError(`time: missing unit in duration ${quoted}`);
    if (!Object.hasOwn(UNIT_NANOS, unit!)) {
      throw new ParseError(`time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`);
    }
    nanos += Number(number) * UNIT_NANOS[unit!]!;
    at += part.length;
  }
  return sign === '-' ? -nanos : nanos;
}

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

/** `time.Parse(time.RFC3339Nano, text)`, in microseconds since the Unix epoch. */
export function parseTime(text: string): number {
  const match = RFC_3339.exec(text);
  const seconds = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`);
  if (match === null || Number.isNaN(seconds)) {
    const quoted = JSON.stringify(text);
    throw new ParseError(
      `parsing time ${quoted} as "2006-01-02T15:04:05.999999999Z07:00": cannot parse ${quoted}`,
    );
  }
  return seconds * 1_000 + Math.floor(Number(`0.${match[2] ?? '0'}`) * 1_000_000);
}

/** Jaeger's `TraceIDFromString`: returns the id in the store's form. */
export function parseTraceId(text: string): string {
  if (text.length > 32) {
    throw new ParseError(`TraceID cannot be longer than 32 hex characters: ${text}`);
  }
  const isHex = /^[0-9a-fA-F]+$/.test(text);
  if (!isHex) throw numError('ParseUint', text, 'invalid syntax');
  const padded = text.toLowerCase().padStart(32, '0');
  return padded.startsWith('0'.repeat(16)) ? padded.slice(16) : padded;
}
