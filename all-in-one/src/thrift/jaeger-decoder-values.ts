import { type ThriftReader, TYPE_STRUCT } from './thrift-reader.js';

const TWO_32 = 0x1_0000_0000;
const DIGITS: readonly number[] = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const digits: number[] = [];

/** Reads a list of structs. Skips any other list and returns undefined. */
export function readList<T>(r: ThriftReader, readOne: (r: ThriftReader) => T): T[] | undefined {
  const count = r.listBegin();
  // Some writers omit the element type of an empty list.
  if (count > 0 && r.elementType !== TYPE_STRUCT) {
    r.skipElements(count);
    return undefined;
  }
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(readOne(r));
  r.listEnd();
  return list;
}

/** An i64 as a number: exact up to 2^53, rounded above. */
export function readInteger(r: ThriftReader): number {
  r.i64();
  return r.high * TWO_32 + (r.low >>> 0);
}

/** An i64 as a number if that is exact, else as a bigint. */
export function readLong(r: ThriftReader): number | bigint {
  const value = readInteger(r);
  if (Number.isSafeInteger(value)) return value;
  return (BigInt(r.high) << 32n) | BigInt(r.low >>> 0);
}

/** An i64 as an id of 16 hex digits. Made in one piece: a concatenated string takes twice the memory. */
export function readId(r: ThriftReader): string {
  r.i64();
  for (let i = 0; i < 8; i++) {
    digits[i] = DIGITS[(r.high >>> (28 - 4 * i)) & 0x0f]!;
    digits[8 + i] = DIGITS[(r.low >>> (28 - 4 * i)) & 0x0f]!;
  }
  return String.fromCharCode(...digits);
}

/** A trace id: 16 digits, or 32 when its high 64 bits are not zero. */
export function joinTraceId(high: string, low: string): string {
  return high === '0000000000000000' ? low : high + low;
}

/** Throws: a required field is absent, or has another type than declared. */
export function missing(r: ThriftReader, field: string): never {
  return r.fail('missing-field', `no ${field}`);
}
