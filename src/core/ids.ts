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

/** Random words per call of the platform's source. One call for each word would cost 20 times more. */
const POOL_WORDS = 1024;

/**
 * Ids from a pool that the platform's cryptographic source fills: no seed that a forked process, a
 * worker thread or a restored snapshot could share, and nothing an outsider could predict. The
 * pool is filled at the first id, not at import.
 */
export class RandomPool implements IdSource {
  private readonly fill: (words: Uint32Array) => void;
  private readonly pool: Int32Array = new Int32Array(POOL_WORDS);
  private next: number = POOL_WORDS;

  constructor(fill: (words: Uint32Array) => void) {
    this.fill = fill;
  }

  word(): number {
    if (this.next === POOL_WORDS) {
      this.fill(new Uint32Array(this.pool.buffer));
      this.next = 0;
    }
    return this.pool[this.next++]!;
  }
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
