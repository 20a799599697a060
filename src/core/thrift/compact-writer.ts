import { writeFloat64 } from './float64.js';
import { ThriftWriter } from './thrift-writer.js';

const TYPE_TRUE = 1;
const TYPE_FALSE = 2;
const TYPE_I32 = 5;
const TYPE_I64 = 6;
const TYPE_DOUBLE = 7;
const TYPE_BINARY = 8;
const TYPE_LIST = 9;
const TYPE_STRUCT = 12;
const STOP = 0;

const VERSION = 1;
/** First byte of a message. */
const PROTOCOL_ID = 0x82;

/**
 * Up to this many UTF-16 units, a loop over an ASCII string is faster than a call into native code
 * (`bench/micro.ts`, case "text").
 */
const SHORT_TEXT = 40;

/** The continuation bit of a varint, in each of four bytes. */
const CONTINUED = 0x8080_8080 | 0;

/** Bytes of the longest varint of 32 and of 64 bits: ceil(32 / 7), ceil(64 / 7). */
const VARINT32_MAX = 5;
const VARINT64_MAX = 10;

/**
 * The compact protocol, which port 6831 accepts.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class CompactWriter extends ThriftWriter {
  private lastFieldId = 0;
  /** The last field ids of the structs around the one being written. */
  private readonly outerFieldIds: number[] = [];
  private depth = 0;

  /** Also abandons all open structs. */
  override attach(buffer: Uint8Array, position: number): void {
    super.attach(buffer, position);
    this.depth = 0;
    this.lastFieldId = 0;
  }

  messageBegin(name: string, kind: number, sequenceId: number): void {
    this.reserve(2);
    this.buffer[this.position++] = PROTOCOL_ID;
    this.buffer[this.position++] = (kind << 5) | VERSION;
    this.varint32(sequenceId);
    this.text(name);
    this.lastFieldId = 0;
    this.depth = 0;
  }

  structBegin(): void {
    this.outerFieldIds[this.depth++] = this.lastFieldId;
    this.lastFieldId = 0;
  }

  structEnd(): void {
    this.reserve(1);
    this.buffer[this.position++] = STOP;
    this.lastFieldId = this.outerFieldIds[--this.depth]!;
  }

  structResume(lastFieldId: number): void {
    this.lastFieldId = lastFieldId;
  }

  i32Field(id: number, value: number): void {
    this.fieldHeader(id, TYPE_I32);
    this.varint32((value << 1) ^ (value >> 31));
  }

  i64Field(id: number, high: number, low: number): void {
    this.fieldHeader(id, TYPE_I64);
    this.reserve(VARINT64_MAX);
    // Zigzag moves the sign into bit 0: a random id needs 9 or 10 bytes, a small number one.
    const sign = high >> 31;
    const lo = (low << 1) ^ sign;
    const hi = ((high << 1) | (low >>> 31)) ^ sign;
    if (hi >>> 17 === 0) return this.varint64(lo, hi);
    // 50 bits or more (random ids, times in microseconds): eight bytes at once, then up to two.
    const at = this.position;
    const top = hi >>> 24;
    this.data.setInt32(at, sevenBitGroups(lo) | CONTINUED, true);
    const middle = sevenBitGroups((lo >>> 28) | (hi << 4));
    if (top === 0) {
      this.data.setInt32(at + 4, middle | (CONTINUED & 0x00ff_ffff), true);
      this.position = at + 8;
      return;
    }
    this.data.setInt32(at + 4, middle | CONTINUED, true);
    this.buffer[at + 8] = top > 0x7f ? top | 0x80 : top;
    this.buffer[at + 9] = top >>> 7;
    this.position = top > 0x7f ? at + 10 : at + 9;
  }

  /** Most integers are small. For those the zigzag varint of 32 bits gives the same bytes. */
  override integerField(id: number, value: number): void {
    if (value !== (value | 0)) return super.integerField(id, value);
    this.fieldHeader(id, TYPE_I64);
    this.varint32((value << 1) ^ (value >> 31));
  }

  doubleField(id: number, value: number): void {
    this.fieldHeader(id, TYPE_DOUBLE);
    this.reserve(8);
    writeFloat64(value, true, this.buffer, this.position);
    this.position += 8;
  }

  boolField(id: number, value: boolean): void {
    // The type in the field header is the value.
    this.fieldHeader(id, value ? TYPE_TRUE : TYPE_FALSE);
  }

  stringField(id: number, text: string): void {
    this.fieldHeader(id, TYPE_BINARY);
    this.text(text);
  }

  binaryField(id: number, bytes: Uint8Array): void {
    this.fieldHeader(id, TYPE_BINARY);
    this.varint32(bytes.length);
    this.raw(bytes);
  }

  structFieldBegin(id: number): void {
    this.fieldHeader(id, TYPE_STRUCT);
    this.structBegin();
  }

  structListFieldBegin(id: number, count: number): void {
    this.fieldHeader(id, TYPE_LIST);
    this.reserve(1);
    if (count < 15) {
      this.buffer[this.position++] = (count << 4) | TYPE_STRUCT;
      return;
    }
    this.buffer[this.position++] = 0xf0 | TYPE_STRUCT;
    this.varint32(count);
  }

  /** The delta of the id in the high nibble if ids rise by 1..15, else the whole id after the type. */
  private fieldHeader(id: number, type: number): void {
    const delta = id - this.lastFieldId;
    this.lastFieldId = id;
    this.reserve(1);
    if (delta > 0 && delta <= 15) {
      this.buffer[this.position++] = (delta << 4) | type;
      return;
    }
    this.buffer[this.position++] = type;
    this.varint32((id << 1) ^ (id >> 31));
  }

  /** The caller must have reserved the bytes. */
  private varint64(low: number, high: number): void {
    const buffer = this.buffer;
    let at = this.position;
    let lo = low;
    let hi = high;
    while (hi !== 0) {
      buffer[at++] = (lo & 0x7f) | 0x80;
      lo = (lo >>> 7) | (hi << 25);
      hi >>>= 7;
    }
    while ((lo & ~0x7f) !== 0) {
      buffer[at++] = (lo & 0x7f) | 0x80;
      lo >>>= 7;
    }
    buffer[at++] = lo;
    this.position = at;
  }

  private varint32(value: number): void {
    this.reserve(VARINT32_MAX);
    let rest = value;
    while ((rest & ~0x7f) !== 0) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  private text(text: string): void {
    const length = text.length;
    if (length > SHORT_TEXT) return this.longText(text);
    this.reserve(1 + length);
    const { buffer, data } = this;
    let at = this.position;
    buffer[at++] = length;
    let i = 0;
    for (const last = length - 4; i <= last; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      if ((a | b | c | d) > 0x7f) return this.longText(text);
      data.setInt32(at, a | (b << 8) | (c << 16) | (d << 24), true);
      at += 4;
    }
    for (; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return this.longText(text);
      buffer[at++] = code;
    }
    this.position = at;
  }

  /**
   * The byte length comes before the bytes and is itself 1 to 5 bytes long. So the bytes are first written
   * where they belong if the string is ASCII, and moved if the length needs more bytes.
   */
  private longText(text: string): void {
    this.reserve(VARINT32_MAX + 3 * text.length);
    const start = this.position;
    const guess = varint32Bytes(text.length);
    const length = this.writeUtf8(text, this.buffer, start + guess);
    const actual = varint32Bytes(length);
    if (actual !== guess) {
      this.buffer.copyWithin(start + actual, start + guess, start + guess + length);
    }
    this.varint32(length);
    this.position = start + actual + length;
  }
}

/** The low 28 bits as four groups of seven bits, one per byte, lowest first, without continuation bits. */
function sevenBitGroups(bits: number): number {
  return (
    (bits & 0x7f) | ((bits & 0x3f80) << 1) | ((bits & 0x1f_c000) << 2) | ((bits & 0xfe0_0000) << 3)
  );
}

function varint32Bytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest >>>= 7) bytes++;
  return bytes;
}
