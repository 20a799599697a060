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

const HEX = /^[0-9a-fA-F]+$/;

/** Whether `text` is 1 to `maxDigits` hex digits and nothing else. */
export function isHex(text: string, maxDigits: number): boolean {
  return text.length <= maxDigits && HEX.test(text);
}

/** The word that stands `index` words from the right end of hex digits; 0 past the left end. */
export function wordOfHex(text: string, index: number): number {
  const end = text.length - 8 * index;
  if (end <= 0) return 0;
  return Number.parseInt(text.slice(Math.max(0, end - 8), end), 16) | 0;
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

/** Eight lower-case hex digits. */
export function hexOfWord(word: number): string {
  const text = (word >>> 0).toString(16);
  return text.length === 8 ? text : text.padStart(8, '0');
}

/** Lower-case hex of 64 bits without leading zeros; "0" for zero. */
export function hexOf64(high: number, low: number): string {
  return high === 0 ? (low >>> 0).toString(16) : (high >>> 0).toString(16) + hexOfWord(low);
}
