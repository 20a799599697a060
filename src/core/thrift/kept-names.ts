/** Entries, and UTF-16 units of a name: together the bound of what is kept, about 100 kB. */
const MAX_ENTRIES = 1000;
const MAX_NAME_LENGTH = 100;

/**
 * Encoded bytes that will be written again. They are held, and copied, as 32-bit words: for the 10 to
 * 30 bytes of a name that takes a third of the time of `Uint8Array.set` (`bench/micro.ts`, case "copy").
 */
export interface KeptBytes {
  /** The bytes, filled up with zeros, as little-endian words: read and written by a DataView. */
  readonly words: Int32Array;
  /** How many bytes count. */
  readonly length: number;
}

/**
 * Encoded bytes by name. Tag keys and operation names come again and again; only the first thousand
 * are kept, so an application that invents names costs no memory.
 */
export class KeptNames {
  private readonly kept: Map<string, KeptBytes> = new Map();

  get(name: string): KeptBytes | undefined {
    return this.kept.get(name);
  }

  /** Keeps a copy, while there is room. */
  add(name: string, bytes: Uint8Array): void {
    if (this.kept.size >= MAX_ENTRIES || name.length > MAX_NAME_LENGTH) return;
    const words = new Int32Array(Math.ceil(bytes.length / 4));
    for (let i = 0; i < words.length; i++) words[i] = littleEndianWord(bytes, 4 * i);
    this.kept.set(name, { words, length: bytes.length });
  }
}

function littleEndianWord(bytes: Uint8Array, at: number): number {
  const byte = (i: number): number => bytes[at + i] ?? 0;
  return byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24);
}
