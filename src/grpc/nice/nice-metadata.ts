import type { MetadataShape } from '../carrier/metadata-room.js';

/** nice-grpc's `Metadata`. */
export interface NiceMetadata {
  set(key: string, value: string | Uint8Array | (string | Uint8Array)[]): unknown;
  append(key: string, value: string | Uint8Array): unknown;
  delete(key: string): void;
  get(key: string): string | Uint8Array | undefined;
  getAll(key: string): (string | Uint8Array)[];
  has(key: string): boolean;
  [Symbol.iterator](): IterableIterator<[string, (string | Uint8Array)[]]>;
}

/** Returns an independent copy; empty for undefined. */
export function copyOfMetadata(metadata: NiceMetadata | undefined): NiceMetadata {
  return new MetadataCopy(metadata);
}

/**
 * Works like nice-grpc's class, which has no `clone` and cannot be constructed without importing the
 * library. Does not validate: nice-grpc validates again when it sends the call.
 */
class MetadataCopy implements NiceMetadata {
  private readonly values: Map<string, (string | Uint8Array)[]> = new Map();

  constructor(metadata: NiceMetadata | undefined) {
    if (metadata === undefined) return;
    for (const [key, values] of metadata) this.values.set(key, [...values]);
  }

  set(key: string, value: string | Uint8Array | (string | Uint8Array)[]): this {
    const name = key.toLowerCase();
    if (!Array.isArray(value)) this.values.set(name, [value]);
    else if (value.length === 0) this.values.delete(name);
    else this.values.set(name, name.endsWith('-bin') ? [...value] : [value.join(', ')]);
    return this;
  }

  append(key: string, value: string | Uint8Array): this {
    return this.set(key, [...this.getAll(key), value]);
  }

  delete(key: string): void {
    this.values.delete(key.toLowerCase());
  }

  get(key: string): string | Uint8Array | undefined {
    return this.getAll(key)[0];
  }

  getAll(key: string): (string | Uint8Array)[] {
    return this.values.get(key.toLowerCase()) ?? [];
  }

  has(key: string): boolean {
    return this.values.has(key.toLowerCase());
  }

  [Symbol.iterator](): IterableIterator<[string, (string | Uint8Array)[]]> {
    return this.values.entries();
  }
}

/** Each value is a header, bytes in base64. */
export const NICE_METADATA_SHAPE: MetadataShape<NiceMetadata> = {
  eachHeader(metadata, visit) {
    for (const [key, values] of metadata) {
      for (const value of values) {
        visit(key, typeof value === 'string' ? value.length : Math.ceil(value.length / 3) * 4);
      }
    }
  },
  remove: (metadata, key) => metadata.delete(key),
};
