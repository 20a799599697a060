import { type WriteUtf8, writeUtf8 } from '../text/utf8.js';
import type { KeptBytes } from './kept-bytes.js';

/** The functions of the runtime that a writer uses. Defaults are plain ECMAScript. */
export interface WriterHost {
  /** Makes `length` writable bytes with any contents. Default `new Uint8Array(length)`. */
  readonly allocate?: (length: number) => Uint8Array;
  readonly writeUtf8?: WriteUtf8 | undefined;
}

/** The message kind of a call without a response. */
export const MESSAGE_ONEWAY = 4;

const BUFFER_LIMIT = 'buffer-limit';

/** Thrown when a buffer would grow beyond `maxBytes`. */
class BufferLimitError extends Error {
  override readonly name: string = 'BufferLimitError';
  readonly code: string = BUFFER_LIMIT;
}

/** Checks the code: `instanceof` fails if a program loads two copies of this package. */
export function isBufferLimitError(error: unknown): boolean {
  return error instanceof Error && (error as { readonly code?: unknown }).code === BUFFER_LIMIT;
}

/** The smallest buffer a writer grows to, in bytes. */
export const SMALLEST_BUFFER = 512;

/**
 * Writes Thrift structs as bytes. `CompactWriter` and `BinaryWriter` implement the two protocols.
 *
 * Bytes are written to `buffer` from `position` on. Between two structs, `attach` may change both: a batch
 * uses it to swap its buffers and to remove a span that did not fit. A buffer that is too small is replaced
 * by a larger one, so read `buffer` again after writing.
 *
 * Integers are not checked. An `i32` is the low 32 bits of its argument; an `i64` is two 32-bit words, signed
 * or unsigned.
 */
export abstract class ThriftWriter {
  buffer: Uint8Array;
  position = 0;
  /** A size at which a growing buffer stops doubling once, unless more is needed. Default 0: none. */
  usualBytes = 0;
  /** Maximum size of `buffer` in bytes. A write that needs more throws a `BufferLimitError`. */
  maxBytes: number = Number.POSITIVE_INFINITY;

  /** A view of the bytes of `buffer`: storing 4 bytes at once is as fast as storing one. */
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
  /** Starts a field that is a struct, and the struct itself. `structEnd` ends both. */
  abstract structFieldBegin(id: number): void;
  /** Starts a field that is a list of `count` structs. A list has no end mark. */
  abstract structListFieldBegin(id: number, count: number): void;
  /** Continues a struct whose fields up to `lastFieldId` were written as kept bytes. */
  abstract structResume(lastFieldId: number): void;

  /** An `i64` field with a safe integer. */
  integerField(id: number, value: number): void {
    this.i64Field(id, Math.floor(value / 0x1_0000_0000) | 0, value | 0);
  }

  /** Writes bytes that are encoded already, such as a whole struct. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.position);
    this.position += bytes.length;
  }

  /** Writes bytes that were kept when they were encoded before. */
  kept(bytes: KeptBytes): void {
    const { words, length } = bytes;
    const count = words.length;
    this.reserve(4 * count); // the last word may write up to 3 bytes of padding
    const { data, position } = this;
    for (let i = 0; i < count; i++) data.setInt32(position + 4 * i, words[i]!, true);
    this.position = position + length;
  }

  /** Continues in another buffer, or at another position of this one. */
  attach(buffer: Uint8Array, position: number): void {
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.data = dataViewOf(buffer);
    }
    this.position = position;
  }

  /** The bytes from `start` to `position` as a view, valid until the next write. */
  view(start: number = 0): Uint8Array {
    return this.buffer.subarray(start, this.position);
  }

  /** Makes room for `bytes` more bytes. Call it once for the worst case, so that loops need no check. */
  protected reserve(bytes: number): void {
    if (this.position + bytes > this.buffer.length) this.grow(this.position + bytes);
  }

  private grow(needed: number): void {
    if (needed > this.maxBytes) {
      throw new BufferLimitError(`buffer limit of ${this.maxBytes} bytes exceeded`);
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
