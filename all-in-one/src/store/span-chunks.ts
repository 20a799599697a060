import { Buffer } from 'node:buffer';

/*
 * Packed spans are kept in large buffers outside of V8's heap: the heap has a limit of its own, and its garbage
 * collector keeps up to three times the live bytes. Traces are evicted in the order of their first spans, so the spans
 * of a chunk are evicted in about the order in which they were written, and the whole chunk is freed.
 */

/** A buffer with packed spans. */
export interface Chunk {
  readonly bytes: Buffer;
  /** Bytes in use, those of evicted spans included. */
  used: number;
  /** Number of stored spans in it. */
  spans: number;
}

/** The place of a packed span. */
export interface ChunkPlace {
  readonly chunk: Chunk;
  readonly start: number;
  readonly end: number;
}

/** The first chunk is small, each further one twice as large as the one before, up to a maximum. */
const MIN_CHUNK_BYTES = 1_024;
const MAX_CHUNK_BYTES = 262_144;
/** No chunk is larger than the limit divided by this: evicted spans hold back a part of a chunk. */
const CHUNKS_IN_LIMIT = 64;

/** The chunks of a store. */
export class SpanChunks {
  /** Bytes in use, those of evicted spans in chunks that are not yet free included. */
  bytes = 0;
  private readonly maxChunkBytes: number;
  private chunkBytes = MIN_CHUNK_BYTES;
  private current: Chunk | undefined;

  /** `maxBytes`: the limit of the store. */
  constructor(maxBytes: number) {
    const share = Math.floor(maxBytes / CHUNKS_IN_LIMIT);
    this.maxChunkBytes = Math.max(MIN_CHUNK_BYTES, Math.min(MAX_CHUNK_BYTES, share));
  }

  /** Writes a packed span. A span that is larger than a chunk gets its own. */
  write(text: string): ChunkPlace {
    const length = Buffer.byteLength(text);
    const chunk = this.chunkWith(length);
    const start = chunk.used;
    chunk.bytes.write(text, start, length);
    chunk.used += length;
    chunk.spans++;
    this.bytes += length;
    return { chunk, start, end: chunk.used };
  }

  /** Takes back the span that was written last. */
  undo({ chunk, start, end }: ChunkPlace): void {
    chunk.used = start;
    chunk.spans--;
    this.bytes -= end - start;
  }

  /** Frees the place of a span: its bytes count until all spans of the chunk are freed. */
  free({ chunk }: ChunkPlace): void {
    if (--chunk.spans > 0) return;
    this.bytes -= chunk.used;
    // Not used again: an answer that is being sent may still read evicted spans.
    if (this.current === chunk) this.current = undefined;
  }

  private chunkWith(length: number): Chunk {
    if (this.current !== undefined && this.current.bytes.length - this.current.used >= length) {
      return this.current;
    }
    // Zeroed, so that the system gives memory only to pages that are written.
    const chunk = { bytes: Buffer.alloc(Math.max(length, this.chunkBytes)), used: 0, spans: 0 };
    if (length >= this.chunkBytes) return chunk;
    this.current = chunk;
    this.chunkBytes = Math.min(2 * this.chunkBytes, this.maxChunkBytes);
    return chunk;
  }
}
