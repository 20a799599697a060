/**
 * Ids are 32-bit words, most significant first; text and bytes are made at the edge. The words are
 * kept as *signed* integers: V8 holds those without allocating, whereas an unsigned one past 2^31 is
 * an object of its own (`bench/micro.ts`, case "ids").
 */

/** What a character code stands for as a hex digit; -1 where it is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Whether `text`, or its part from `start` to `end`, is 1 to `maxDigits` hex digits and nothing else.
 * A loop over codes, here and below: a whole context is parsed in less time than it takes to cut the
 * parts out and match them (`bench/micro.ts`, case "context").
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
 * The word that stands `index` words from the right end of hex digits; 0 past the left end, and for
 * what is no digit.
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

/** The word that stands `index` words from the right end of big-endian bytes; 0 past the left end. */
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
 * Lower-case hex of 64 bits without leading zeros; "0" for zero. A fifth of what `toString(16)` takes
 * (`bench/micro.ts`, case "context").
 */
export function hexOf64(high: number, low: number): string {
  const text = hexOfWord(high) + hexOfWord(low);
  const zeros = high === 0 ? 8 + (Math.clz32(low) >> 2) : Math.clz32(high) >> 2;
  return zeros === 0 ? text : text.slice(Math.min(zeros, 15));
}
