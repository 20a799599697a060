import { writeFloat64 } from './float64.js';
import { ThriftWriter } from './thrift-writer.js';

const TYPE_BOOL = 2;
const TYPE_DOUBLE = 4;
const TYPE_I32 = 8;
const TYPE_I64 = 10;
const TYPE_STRING = 11;
const TYPE_STRUCT = 12;
const TYPE_LIST = 15;
const STOP = 0;

/** Top bits of a strict message header, version 1. */
const VERSION_1 = 0x8001_0000;

/** Up to this many UTF-16 units, a loop copies ASCII faster than `writeUtf8` (`bench/micro.ts`, case "text"). */
const SHORT_TEXT = 24;

/**
 * The binary protocol with strict message headers, which ports 6832 (UDP) and 14268 (HTTP) accept.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */
export class BinaryWriter extends ThriftWriter {
  messageBegin(name: string, kind: number, sequenceId: number): void {
    this.reserve(4);
    this.int32(VERSION_1 | kind);
    this.text(name);
    this.reserve(4);
    this.int32(sequenceId);
  }

  structBegin(): void {}

  structEnd(): void {
    this.reserve(1);
    this.buffer[this.position++] = STOP;
  }

  structResume(): void {}

  i32Field(id: number, value: number): void {
    this.reserve(7);
    this.fieldHeader(id, TYPE_I32);
    this.int32(value);
  }

  i64Field(id: number, high: number, low: number): void {
    this.reserve(11);
    this.fieldHeader(id, TYPE_I64);
    this.int32(high);
    this.int32(low);
  }

  doubleField(id: number, value: number): void {
    this.reserve(11);
    this.fieldHeader(id, TYPE_DOUBLE);
    writeFloat64(value, false, this.buffer, this.position);
    this.position += 8;
  }

  boolField(id: number, value: boolean): void {
    this.reserve(4);
    this.fieldHeader(id, TYPE_BOOL);
    this.buffer[this.position++] = value ? 1 : 0;
  }

  stringField(id: number, text: string): void {
    this.reserve(3);
    this.fieldHeader(id, TYPE_STRING);
    this.text(text);
  }

  binaryField(id: number, bytes: Uint8Array): void {
    this.reserve(7);
    this.fieldHeader(id, TYPE_STRING);
    this.int32(bytes.length);
    this.raw(bytes);
  }

  structFieldBegin(id: number): void {
    this.reserve(3);
    this.fieldHeader(id, TYPE_STRUCT);
  }

  structListFieldBegin(id: number, count: number): void {
    this.reserve(8);
    this.fieldHeader(id, TYPE_LIST);
    this.buffer[this.position++] = TYPE_STRUCT;
    this.int32(count);
  }

  /** Writes type and 16-bit id. For this method and `int32` the caller must have reserved the bytes. */
  private fieldHeader(id: number, type: number): void {
    const buffer = this.buffer;
    buffer[this.position++] = type;
    buffer[this.position++] = id >> 8;
    buffer[this.position++] = id;
  }

  private int32(value: number): void {
    this.data.setInt32(this.position, value);
    this.position += 4;
  }

  private text(text: string): void {
    this.reserve(4 + 3 * text.length);
    const start = this.position;
    const length = this.textBytes(text, start + 4);
    this.int32(length);
    this.position = start + 4 + length;
  }

  private textBytes(text: string, offset: number): number {
    if (text.length > SHORT_TEXT) return this.writeUtf8(text, this.buffer, offset);
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return this.writeUtf8(text, this.buffer, offset);
      this.buffer[offset + i] = code;
    }
    return text.length;
  }
}
