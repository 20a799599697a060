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
/** Words of a weak seed: a platform that has no randomness now may have some soon. */
const WORDS_PER_WEAK_SEED = 16;
/** Steps after which each bit of a weak seed has a part in each word. */
const WARM_UP_STEPS = 64;

/** What ids are made of where the platform's source throws. */
export interface WeakSource {
  /** Milliseconds since the Unix epoch, with a fraction. Must not throw. */
  readonly wallMillis: () => number;
  /** Told what the platform's source threw. */
  readonly onError: (error: unknown) => void;
}

/**
 * xoshiro128** (Blackman and Vigna, 2018). The seed is 128 bits from the platform's cryptographic source,
 * drawn at the first id, not at import. Each process and each worker thread has its own seed.
 *
 * If that source throws, the seed is made from the clock and the previous words. Such ids are unlikely to be
 * the same as others, but they are no secret.
 */
export class RandomIds implements IdSource {
  private readonly fill: (words: Uint32Array) => void;
  private readonly state: Int32Array = new Int32Array(4);
  private readonly weak: WeakSource | undefined;
  private left = 0;
  private weakSeeds = 0;

  /** `weak`: without one, what `fill` throws is thrown on. */
  constructor(fill: (words: Uint32Array) => void, weak?: WeakSource) {
    this.fill = fill;
    this.weak = weak;
  }

  /** The next word asks for a new seed. */
  forget(): void {
    this.left = 0;
  }

  word(): number {
    if (this.left === 0) this.seed();
    this.left--;
    return this.next();
  }

  private next(): number {
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
    try {
      this.fill(words);
      this.left = WORDS_PER_SEED;
    } catch (error) {
      if (this.weak === undefined) throw error;
      this.weak.onError(error);
      this.seedWeakly(words, this.weak.wallMillis());
      this.left = WORDS_PER_WEAK_SEED;
    }
    // All zeros is the one state that the generator never leaves.
    if ((words[0]! | words[1]! | words[2]! | words[3]!) === 0) words[0] = 1;
  }

  private seedWeakly(words: Uint32Array, wallMillis: number): void {
    const micros = Math.floor(1000 * wallMillis);
    words[0]! ^= micros;
    words[1]! ^= Math.floor(micros / 2 ** 32);
    words[2]! ^= Math.floor(2 ** 32 * (1000 * wallMillis - micros));
    words[3]! ^= ++this.weakSeeds;
    for (let i = 0; i < WARM_UP_STEPS; i++) this.next();
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
