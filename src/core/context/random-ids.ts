/** A source of random words for ids (see id-words.ts). */
export interface IdSource {
  /** A random 32-bit word, signed. */
  word(): number;
}

/**
 * Words drawn from one seed. Then the platform gives a new seed, so that two copies of one process image
 * (a restored snapshot) do not produce the same ids for long.
 */
const WORDS_PER_SEED = 4096;

/**
 * xoshiro128** (Blackman and Vigna, 2018). The seed is 128 bits from the platform's cryptographic source,
 * drawn at the first id, not at import. Each process and each worker thread has its own seed.
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
    // All zeros is the one state that the generator never leaves.
    if ((words[0]! | words[1]! | words[2]! | words[3]!) === 0) words[0] = 1;
    this.left = WORDS_PER_SEED;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
