/** Entries, and UTF-16 units of a name: together the bound of what is kept, about 100 kB. */
const MAX_ENTRIES = 1000;
const MAX_NAME_LENGTH = 100;

/**
 * Encoded bytes by name. Tag keys and operation names come again and again, and copying their bytes
 * takes half the time of encoding them (`bench/micro.ts`, case "names"). Only the first thousand are
 * kept, so an application that invents names costs no memory.
 */
export class KeptBytes {
  private readonly bytes: Map<string, Uint8Array> = new Map();

  get(name: string): Uint8Array | undefined {
    return this.bytes.get(name);
  }

  /** Keeps a copy, while there is room. */
  add(name: string, bytes: Uint8Array): void {
    if (this.bytes.size >= MAX_ENTRIES || name.length > MAX_NAME_LENGTH) return;
    this.bytes.set(name, new Uint8Array(bytes));
  }
}
