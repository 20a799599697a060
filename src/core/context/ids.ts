/**
 * Ids are 32-bit words, most significant first; text and bytes are made at the edge. The words are
 * kept as *signed* integers: V8 holds those without allocating, whereas an unsigned one past 2^31 is
 * an object of its own (`bench/micro.ts`, case "ids").
 */

/** Makes ids: random words, never all zero. */
export interface IdSource {
  /** A random 32-bit word, signed. */
  word(): number;
}

/**
 * Words from one seed. After this many the platform's source is asked again, so that two copies of
 * one process image (a restored snapshot) do not go on in step for long.
 */
const WORDS_PER_SEED = 4096;

/**
 * xoshiro128** (Blackman and Vigna, 2018), seeded with 128 bits of the platform's cryptographic source
 * at the first id, not at import. Each process and each worker thread has a seed of its own.
 */
export class RandomIds implements IdSource {
  private readonly fill: (words: Uint32Array) => void;
  private readonly state: Int32Array = new Int32Array(4);
  private left = 0;

  constructor(fill: (words: Uint32Array) => void) {
    this.fill = fill;
  }

  word(): number {
    if (this.left === 0) this.seed();
    this.left--;
    const s = this.state;
    const s1 = s[1]!;
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9);
    const s2 = s[2]! ^ s[0]!;
    const s3 = s[3]! ^ s1;
    s[1] = s1 ^ s2;
    s[0] = s[0]! ^ s3;
    s[2] = s2 ^ (s1 << 9);
    s[3] = rotate(s3, 11);
    return result;
  }

  private seed(): void {
    const words = new Uint32Array(this.state.buffer);
    this.fill(words);
    // The one state that it never leaves again.
    if ((words[0]! | words[1]! | words[2]! | words[3]!) === 0) words[0] = 1;
    this.left = WORDS_PER_SEED;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

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
