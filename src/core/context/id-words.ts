/*
 * Ids are 32-bit words, most significant first. Strings and bytes are made only where they are needed. The
 * words are *signed* integers: V8 stores those without an allocation, but allocates an object for an unsigned
 * integer from 2^31 on (`bench/micro.ts`, case "ids").
 */

/** The value of a hex digit, by its character code; -1 for any other character. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Whether `text`, or its part from `start` to `end`, is 1 to `maxDigits` hex digits and nothing else. Here
 * and below, a loop over character codes is faster than slices and regular expressions (`bench/micro.ts`,
 * case "context").
 */
export function isHex(
  text: string,
  maxDigits: number,
  start: number = 0,
  end: number = text.length,
): boolean {
  if (end <= start || end - start > maxDigits) return false;
  for (let at = start; at < end; at++) if (digitOf(text.charCodeAt(at)) < 0) return false;
  return true;
}

/**
 * The word at `index`, counted from the right end of hex digits. 0 beyond the left end. Characters that are
 * not hex digits count as 0.
 */
export function wordOfHex(
  text: string,
  index: number,
  start: number = 0,
  end: number = text.length,
): number {
  const to = end - 8 * index;
  let word = 0;
  for (let at = Math.max(start, to - 8); at < to; at++) {
    word = (word << 4) | Math.max(0, digitOf(text.charCodeAt(at)));
  }
  return word;
}

/** The word at `index`, counted from the right end of big-endian bytes. 0 beyond the left end. */
export function wordOfBytes(bytes: Uint8Array, index: number): number {
  const end = bytes.length - 4 * index;
  let word = 0;
  for (let at = end - 4; at < end; at++) word = (word << 8) | (bytes[at] ?? 0);
  return word;
}

/** Writes a word big-endian. */
export function putWord(bytes: Uint8Array, offset: number, word: number): void {
  bytes[offset] = word >>> 24;
  bytes[offset + 1] = word >>> 16;
  bytes[offset + 2] = word >>> 8;
  bytes[offset + 3] = word;
}

/** The character code of a hex digit, 0 to 15. */
function codeOf(digit: number): number {
  return digit < 10 ? digit + 0x30 : digit + 0x57;
}

/** Eight lower-case hex digits. */
export function hexOfWord(word: number): string {
  return String.fromCharCode(
    codeOf(word >>> 28),
    codeOf((word >>> 24) & 0xf),
    codeOf((word >>> 20) & 0xf),
    codeOf((word >>> 16) & 0xf),
    codeOf((word >>> 12) & 0xf),
    codeOf((word >>> 8) & 0xf),
    codeOf((word >>> 4) & 0xf),
    codeOf(word & 0xf),
  );
}

/**
 * Lower-case hex of 64 bits without leading zeros; "0" for zero. Takes a fifth of the time of
 * `toString(16)` (`bench/micro.ts`, case "context").
 */
export function hexOf64(high: number, low: number): string {
  const text = hexOfWord(high) + hexOfWord(low);
  const zeros = high === 0 ? 8 + (Math.clz32(low) >> 2) : Math.clz32(high) >> 2;
  return zeros === 0 ? text : text.slice(Math.min(zeros, 15));
}
