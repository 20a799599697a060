import { BINARY_FIRST_BYTE, COMPACT_PROTOCOL_ID } from './protocol-ids.js';
import {
  type MessageHeader,
  ThriftReader,
  TYPE_BOOL,
  TYPE_BYTE,
  TYPE_DOUBLE,
  TYPE_I16,
  TYPE_I32,
  TYPE_I64,
  TYPE_LIST,
  TYPE_MAP,
  TYPE_SET,
  TYPE_STOP,
  TYPE_STRING,
  TYPE_STRUCT,
  TYPE_UUID,
} from './thrift-reader.js';

const VERSION = 1;
const VERSION_MASK = 0x1f;

const WIRE_TRUE = 1;

/** Thrift's type number by the compact protocol's type number. */
const TYPE_OF_WIRE: readonly number[] = [
  TYPE_STOP,
  TYPE_BOOL, // true
  TYPE_BOOL, // false
  TYPE_BYTE,
  TYPE_I16,
  TYPE_I32,
  TYPE_I64,
  TYPE_DOUBLE,
  TYPE_STRING,
  TYPE_LIST,
  TYPE_SET,
  TYPE_MAP,
  TYPE_STRUCT,
  TYPE_UUID,
];

/** Bytes of the longest varint of 64 bits: ceil(64 / 7). */
const VARINT64_MAX = 10;

/**
 * The compact protocol: port 6831.
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class CompactReader extends ThriftReader {
  private lastFieldId = 0;
  /** Last field ids of the enclosing structs. */
  private readonly outerFieldIds: number[] = [];
  /** The value of a bool field, which the field header contains; undefined for a bool in a container. */
  private headerBool: boolean | undefined;

  messageBegin(): MessageHeader {
    const start = this.position;
    const id = this.byte();
    if (id !== COMPACT_PROTOCOL_ID) {
      const hint = id === BINARY_FIRST_BYTE ? ': it looks like the binary protocol' : '';
      this.fail('bad-protocol', `no compact message header${hint}`, start);
    }
    const head = this.byte();
    if ((head & VERSION_MASK) !== VERSION) {
      this.fail('bad-protocol', `unknown compact version ${head & VERSION_MASK}`, start + 1);
    }
    this.varint();
    const sequenceId = this.low;
    return { name: this.string(), kind: head >> 5, sequenceId };
  }

  override structBegin(): void {
    super.structBegin();
    this.outerFieldIds.push(this.lastFieldId);
    this.lastFieldId = 0;
  }

  override structEnd(): void {
    super.structEnd();
    this.lastFieldId = this.outerFieldIds.pop() ?? 0;
  }

  nextField(): boolean {
    const head = this.byte();
    const wire = head & 0x0f;
    this.fieldType = this.typeOf(wire);
    if (wire === 0) return false;
    const delta = head >> 4;
    this.fieldId = delta === 0 ? this.i16() : this.lastFieldId + delta;
    this.lastFieldId = this.fieldId;
    this.headerBool = this.fieldType === TYPE_BOOL ? wire === WIRE_TRUE : undefined;
    return true;
  }

  bool(): boolean {
    const value = this.headerBool ?? this.byte() === WIRE_TRUE;
    this.headerBool = undefined;
    return value;
  }

  i16(): number {
    return (this.i32() << 16) >> 16;
  }

  i32(): number {
    this.varint();
    return (this.low >>> 1) ^ -(this.low & 1);
  }

  i64(): void {
    this.varint();
    const { high, low } = this;
    const sign = -(low & 1);
    this.low = ((low >>> 1) | (high << 31)) ^ sign;
    this.high = (high >>> 1) ^ sign;
  }

  double(): number {
    return this.float64(true);
  }

  listBegin(): number {
    const head = this.byte();
    const short = head >> 4;
    const count = short === 15 ? this.length() : short;
    this.keyType = TYPE_STOP;
    this.elementType = this.typeOf(head & 0x0f);
    return this.beginContainer(count);
  }

  mapBegin(): number {
    const count = this.length();
    // An empty map consists of its count only.
    const types = count === 0 ? 0 : this.byte();
    this.keyType = this.typeOf(types >> 4);
    this.elementType = this.typeOf(types & 0x0f);
    return this.beginContainer(count);
  }

  protected length(): number {
    const start = this.position;
    this.varint();
    if (this.high !== 0 || this.low < 0) this.fail('bad-length', 'length of over 31 bits', start);
    return this.low;
  }

  protected smallest(type: number): number | undefined {
    if (type === TYPE_DOUBLE) return 8;
    if (type === TYPE_UUID) return 16;
    return type === TYPE_STOP ? undefined : 1;
  }

  private typeOf(wire: number): number {
    return (
      TYPE_OF_WIRE[wire] ?? this.fail('bad-type', `unknown compact type ${wire}`, this.position - 1)
    );
  }

  /**
   * Reads into `high` and `low`: 7 bits a byte, the lowest first. Narrower integers are read the same way
   * and keep their low bits, because some writers sign-extend negative ones to 64 bits.
   */
  private varint(): void {
    const start = this.position;
    let low = 0;
    let high = 0;
    for (let i = 0; i < VARINT64_MAX; i++) {
      const byte = this.byte();
      const bits = byte & 0x7f;
      if (i < 5) low |= bits << (7 * i);
      if (i === 4) high = bits >> 4;
      if (i > 4) high |= bits << (7 * i - 32);
      if (byte < 0x80) {
        this.low = low;
        this.high = high;
        return;
      }
    }
    this.fail('bad-varint', `varint of over ${VARINT64_MAX} bytes`, start);
  }
}
