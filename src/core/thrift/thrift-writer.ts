import { type WriteUtf8, writeUtf8 } from '../text/utf8.js';
import type { KeptBytes } from './kept-bytes.js';

/** What a writer needs of the world; plain ECMAScript where nothing better is given. */
export interface WriterHost {
  /** Makes `length` writable bytes. Their contents do not matter. Default `new Uint8Array(length)`. */
  readonly allocate?: (length: number) => Uint8Array;
  readonly writeUtf8?: WriteUtf8 | undefined;
}

/** The message kind of a call that is not answered. */
export const MESSAGE_ONEWAY = 4;

const BUFFER_LIMIT = 'buffer-limit';

/** Thrown where a buffer would grow past `maxBytes`. */
class BufferLimitError extends Error {
  override readonly name: string = 'BufferLimitError';
  readonly code: string = BUFFER_LIMIT;
}

/** Told by its code: `instanceof` fails where a program loads two copies of this package. */
export function isBufferLimitError(error: unknown): boolean {
  return error instanceof Error && (error as { readonly code?: unknown }).code === BUFFER_LIMIT;
}

/** The smallest buffer a writer grows to, in bytes. */
export const SMALLEST_BUFFER = 512;

/**
 * Thrift structs into bytes. `CompactWriter` and `BinaryWriter` are the two protocols.
 *
 * The bytes go to `buffer` from `position` on; both may be exchanged between two structs with
 * `attach`, which is how a batch swaps its buffers and takes back a span that did not fit. A buffer
 * that is too small is replaced by a larger one, so `buffer` must be read again after writing.
 *
 * Integers are checked by nobody: an `i32` takes the low 32 bits of what it is given, an `i64` two
 * 32-bit words, signed or unsigned alike.
 */
export abstract class ThriftWriter {
  buffer: Uint8Array;
  position = 0;
  /** A size that a buffer which doubles does not pass, unless it must. Default 0: there is none. */
  usualBytes = 0;
  /** Bytes that `buffer` may grow to; past them a write throws a `BufferLimitError`. */
  maxBytes: number = Number.POSITIVE_INFINITY;

  /** The same bytes as `buffer`: a store of 4 bytes at once is as quick as a store of one. */
  protected data: DataView;
  protected readonly writeUtf8: WriteUtf8;
  private readonly allocate: (length: number) => Uint8Array;

  constructor(host: WriterHost = {}, capacity: number = SMALLEST_BUFFER) {
    this.allocate = host.allocate ?? ((length) => new Uint8Array(length));
    this.writeUtf8 = host.writeUtf8 ?? writeUtf8;
    this.buffer = this.allocate(capacity);
    this.data = dataViewOf(this.buffer);
  }

  abstract messageBegin(name: string, kind: number, sequenceId: number): void;
  abstract structBegin(): void;
  abstract structEnd(): void;
  abstract i32Field(id: number, value: number): void;
  abstract i64Field(id: number, high: number, low: number): void;
  abstract doubleField(id: number, value: number): void;
  abstract boolField(id: number, value: boolean): void;
  abstract stringField(id: number, text: string): void;
  abstract binaryField(id: number, bytes: Uint8Array): void;
  /** Starts a field that is a struct, and the struct itself: `structEnd` ends both. */
  abstract structFieldBegin(id: number): void;
  /** Starts a field that is a list of `count` structs. A list has no end mark. */
  abstract structListFieldBegin(id: number, count: number): void;
  /** Goes on with a struct whose fields up to `lastFieldId` were written elsewhere. */
  abstract structResume(lastFieldId: number): void;

  /** An `i64` field from a number: an integer of up to 53 bits and a sign. */
  integerField(id: number, value: number): void {
    this.i64Field(id, Math.floor(value / 0x1_0000_0000) | 0, value | 0);
  }

  /** Bytes that are Thrift already: a whole struct, say. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Bytes that were kept when they were written before. */
  kept(bytes: KeptBytes): void {
    const { words, length } = bytes;
    const count = words.length;
    this.reserve(4 * count); // the last word may reach up to 3 bytes beyond what counts
    const { data, position } = this;
    for (let i = 0; i < count; i++) data.setInt32(position + 4 * i, words[i]!, true);
    this.position = position + length;
  }

  /** Goes on in another buffer, or at another place of this one. */
  attach(buffer: Uint8Array, position: number): void {
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.data = dataViewOf(buffer);
    }
    this.position = position;
  }

  /** What was written since `start`, as a view: valid until the next write. */
  view(start: number = 0): Uint8Array {
    return this.buffer.subarray(start, this.position);
  }

  /** Makes room for `bytes` more. Called once for a worst case, so that no loop has to check again. */
  protected reserve(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow(this.position + bytes);
  }

  private grow(needed: number): void {
    if (needed > this.maxBytes) {
      throw new BufferLimitError(`it takes more than ${this.maxBytes} bytes`);
    }
    const { usualBytes } = this;
    const doubled = 2 * this.buffer.length;
    const stopsThere = this.buffer.length < usualBytes && usualBytes < doubled;
    const wanted = stopsThere ? usualBytes : doubled;
    const grown = this.allocate(Math.max(SMALLEST_BUFFER, needed, wanted));
    grown.set(this.buffer.subarray(0, this.position));
    this.buffer = grown;
    this.data = dataViewOf(grown);
  }
}

function dataViewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
