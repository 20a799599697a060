/**
 * Writes `text` as UTF-8 into `target` from `offset` on and returns how many bytes that took.
 * `target` must have room for `3 * text.length` bytes. A lone surrogate becomes U+FFFD.
 */
export type WriteUtf8 = (text: string, target: Uint8Array, offset: number) => number;

/** Reads `bytes[start..end)` as UTF-8; a malformed sequence becomes U+FFFD. */
export type ReadUtf8 = (bytes: Uint8Array, start: number, end: number) => string;

/** `WriteUtf8` in plain ECMAScript, for engines without TextEncoder and Buffer. */
export function writeUtf8(text: string, target: Uint8Array, offset: number): number {
  let at = offset;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      target[at++] = code;
    } else if (code < 0x800) {
      target[at++] = 0xc0 | (code >> 6);
      target[at++] = 0x80 | (code & 0x3f);
    } else if (isPair(text, i, code)) {
      const point = 0x10000 + ((code - 0xd800) << 10) + (text.charCodeAt(++i) - 0xdc00);
      target[at++] = 0xf0 | (point >> 18);
      target[at++] = 0x80 | ((point >> 12) & 0x3f);
      target[at++] = 0x80 | ((point >> 6) & 0x3f);
      target[at++] = 0x80 | (point & 0x3f);
    } else {
      const unit = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
      target[at++] = 0xe0 | (unit >> 12);
      target[at++] = 0x80 | ((unit >> 6) & 0x3f);
      target[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return at - offset;
}

function isPair(text: string, index: number, code: number): boolean {
  if (code < 0xd800 || code > 0xdbff || index + 1 >= text.length) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

/** UTF-16 units that are converted at once: engines limit the length of an argument list. */
const UNITS_AT_ONCE = 1024;

/**
 * `ReadUtf8` in plain ECMAScript. Malformed bytes become U+FFFD as in a TextDecoder: one for each maximal
 * prefix of a character. A byte order mark is kept.
 */
export function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  const units: number[] = [];
  let text = '';
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    if (byte < 0x80) {
      units.push(byte);
      at++;
    } else {
      at = readSequence(bytes, at, end, units);
    }
    if (units.length >= UNITS_AT_ONCE) {
      text += String.fromCharCode(...units);
      units.length = 0;
    }
  }
  return text + String.fromCharCode(...units);
}

/** Appends the units of the character that starts at `start`; returns where the next one starts. */
function readSequence(bytes: Uint8Array, start: number, end: number, units: number[]): number {
  const first = bytes[start]!;
  const following = followingBytes(first);
  let point = first & (0x3f >> following);
  let at = start + 1;
  for (let i = 0; i < following; i++, at++) {
    const byte = at < end ? bytes[at]! : 0;
    if (byte >> 6 !== 0b10 || (i === 0 && !isSecond(first, byte))) {
      units.push(0xfffd);
      return at;
    }
    point = (point << 6) | (byte & 0x3f);
  }
  if (following === 0) units.push(0xfffd);
  else if (point < 0x10000) units.push(point);
  else units.push(0xd7c0 + (point >> 10), 0xdc00 | (point & 0x3ff));
  return at;
}

/** Number of bytes that follow this first byte; 0 for a byte that starts no multi-byte character. */
function followingBytes(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return 1;
  return first < 0xf0 ? 2 : 3;
}

/** False for an overlong form, a surrogate, and a code point above U+10FFFF. */
function isSecond(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second <= 0x9f;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second <= 0x8f;
}
