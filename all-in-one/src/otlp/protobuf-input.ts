import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { type ElementCount, type Moment, OtlpDecodeError } from './otlp-request.js';

/** A message under construction, with mutable lists. */
export type Mutable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K];
};

/** A field's key on the wire: its number times 8, plus its wire type. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** The reader of a request. */
export interface Input {
  readonly r: BinaryReader;
  readonly elements: ElementCount;
}

/**
 * Reads the fields of a message that ends at `end`. Calls `read` with each field's key; `read` returns whether it
 * consumed the field, else the field is skipped. Fields may come in any order.
 */
export function readFields({ r }: Input, end: number, read: (field: number) => boolean): void {
  while (r.pos < end) {
    const [number, wireType] = r.tag();
    if (!read(number * 8 + wireType)) r.skip(wireType, number);
  }
  if (r.pos !== end) throw new OtlpDecodeError('a nested message is longer than its parent');
}

/** The end of the message that begins here. */
export function endOfMessage({ r, elements }: Input): number {
  elements.add();
  const length = r.uint32();
  return r.pos + length;
}

/**
 * Nanoseconds since the Unix epoch, as 64 bits: 2^32 ns are 4,294,967 us and 296 ns. Exact for
 * times before the year 2255, where the microseconds pass 2^53.
 */
export function readMoment(r: BinaryReader): Moment {
  const low = r.fixed32();
  const high = r.fixed32();
  const rest = high * 296 + low;
  return { micros: high * 4_294_967 + Math.floor(rest / 1000), nanos: rest % 1000 };
}

/** An id in hex. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
