import { Buffer } from 'node:buffer';
import { ThriftDecodeError, type ThriftDecodeErrorCode } from './thrift-decode-error.js';

/** Thrift's type numbers. Both readers report these, although the compact protocol has its own. */
export const TYPE_STOP = 0;
export const TYPE_BOOL = 2;
export const TYPE_BYTE = 3;
export const TYPE_DOUBLE = 4;
export const TYPE_I16 = 6;
export const TYPE_I32 = 8;
export const TYPE_I64 = 10;
export const TYPE_STRING = 11;
export const TYPE_STRUCT = 12;
export const TYPE_MAP = 13;
export const TYPE_SET = 14;
export const TYPE_LIST = 15;
export const TYPE_UUID = 16;

/** Deepest nesting of structs and containers, unknown ones included. Apache Thrift has the same limit. */
export const MAX_DEPTH = 64;

/** Shared by all empty binaries: a new view takes a hundred bytes. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Header of a Thrift message. */
export interface MessageHeader {
  readonly name: string;
  /** 1 call, 2 reply, 3 exception, 4 oneway. */
  readonly kind: number;
  readonly sequenceId: number;
}

/**
 * Reads Thrift structs. `CompactReader` and `BinaryReader` implement the two protocols.
 *
 * The input's length bounds the cost: each step consumes at least one byte, lengths and counts are checked
 * against the remaining bytes before anything is allocated, and nesting ends at `MAX_DEPTH`. Throws only
 * `ThriftDecodeError`.
 */
export abstract class ThriftReader {
  /** The field that `nextField` found. */
  fieldId = 0;
  fieldType: number = TYPE_STOP;
  /** Element type of the container whose header was read last; for a map, the type of its values. */
  elementType: number = TYPE_STOP;
  keyType: number = TYPE_STOP;
  /** The two words of the last `i64`: signed 32-bit integers. */
  high = 0;
  low = 0;
  /** Offset of the next byte. */
  position = 0;

  protected readonly bytes: Uint8Array;
  /** The same bytes as a Buffer, whose UTF-8 decoder replaces malformed input by U+FFFD. */
  private readonly buffer: Buffer;
  private depth = 0;
  private view: DataView | undefined;

  /** Reads `bytes` in place. They must not change while the reader is in use. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  abstract messageBegin(): MessageHeader;
  /** Goes to the next field and sets `fieldId` and `fieldType`; returns false at the end of the struct. */
  abstract nextField(): boolean;
  abstract bool(): boolean;
  abstract i16(): number;
  abstract i32(): number;
  /** Reads into `high` and `low`. */
  abstract i64(): void;
  abstract double(): number;
  /** Reads the header of a list or set: returns the element count and sets `elementType`. End with `listEnd`. */
  abstract listBegin(): number;
  /** Reads the header of a map: returns the pair count and sets `keyType` and `elementType`. End with `listEnd`. */
  abstract mapBegin(): number;
  /** Reads the length of a string, in bytes. */
  protected abstract length(): number;
  /** The smallest size of a value of this type, in bytes; undefined for an unknown type. */
  protected abstract smallest(type: number): number | undefined;

  structBegin(): void {
    this.descend();
  }

  structEnd(): void {
    this.depth--;
  }

  listEnd(): void {
    this.depth--;
  }

  /** Whether the current field has this id and type. */
  at(id: number, type: number): boolean {
    return this.fieldId === id && this.fieldType === type;
  }

  /** Bytes after the current position. */
  get remaining(): number {
    return this.bytes.length - this.position;
  }

  string(): string {
    const length = this.length();
    const start = this.take(length);
    return length === 0 ? '' : this.buffer.toString('utf8', start, start + length);
  }

  /** A copy, so that a few bytes do not keep a large input in memory. */
  binary(): Uint8Array {
    const length = this.length();
    const start = this.take(length);
    if (length === 0) return NO_BYTES;
    const copy = new Uint8Array(length);
    copy.set(this.bytes.subarray(start, start + length));
    return copy;
  }

  /** Skips the current field. */
  skipField(): void {
    this.skip(this.fieldType);
  }

  /** Skips one value. */
  skip(type: number): void {
    switch (type) {
      case TYPE_BOOL:
        this.bool();
        return;
      case TYPE_BYTE:
        this.take(1);
        return;
      case TYPE_I16:
        this.i16();
        return;
      case TYPE_I32:
        this.i32();
        return;
      case TYPE_I64:
        this.i64();
        return;
      case TYPE_DOUBLE:
        this.take(8);
        return;
      case TYPE_UUID:
        this.take(16);
        return;
      case TYPE_STRING:
        this.take(this.length());
        return;
      case TYPE_STRUCT:
        return this.skipStruct();
      case TYPE_LIST:
      case TYPE_SET:
        return this.skipElements(this.listBegin());
      case TYPE_MAP:
        return this.skipPairs();
      default:
        return this.fail('bad-type', `unknown Thrift type ${type}`);
    }
  }

  /** Skips the elements of the list whose header was read last, and ends it. */
  skipElements(count: number): void {
    const type = this.elementType;
    for (let i = 0; i < count; i++) this.skip(type);
    this.listEnd();
  }

  fail(code: ThriftDecodeErrorCode, message: string, offset: number = this.position): never {
    throw new ThriftDecodeError(code, message, offset);
  }

  /** Consumes `count` bytes and returns their offset. */
  protected take(count: number): number {
    const start = this.position;
    if (count > this.bytes.length - start) {
      this.fail('truncated', `${count} bytes expected, ${this.bytes.length - start} left`);
    }
    this.position = start + count;
    return start;
  }

  protected byte(): number {
    return this.bytes[this.take(1)]!;
  }

  protected float64(littleEndian: boolean): number {
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.view ??= new DataView(buffer, byteOffset, byteLength);
    return this.view.getFloat64(this.take(8), littleEndian);
  }

  /** Enters a container. Throws if the input is too short for its elements. */
  protected beginContainer(count: number): number {
    this.descend();
    if (count === 0) return 0;
    const key = this.keyType === TYPE_STOP ? 0 : this.smallestOf(this.keyType);
    const pair = key + this.smallestOf(this.elementType);
    if (count * pair > this.remaining) {
      this.fail('truncated', `${count} elements announced, ${this.remaining} bytes left`);
    }
    return count;
  }

  private smallestOf(type: number): number {
    return this.smallest(type) ?? this.fail('bad-type', `unknown Thrift type ${type}`);
  }

  private descend(): void {
    if (++this.depth > MAX_DEPTH) this.fail('too-deep', `nested deeper than ${MAX_DEPTH}`);
  }

  private skipStruct(): void {
    this.structBegin();
    while (this.nextField()) this.skipField();
    this.structEnd();
  }

  private skipPairs(): void {
    const count = this.mapBegin();
    const { keyType, elementType } = this;
    for (let i = 0; i < count; i++) {
      this.skip(keyType);
      this.skip(elementType);
    }
    this.listEnd();
  }
}
