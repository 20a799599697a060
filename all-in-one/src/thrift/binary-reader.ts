import { COMPACT_PROTOCOL_ID } from './protocol-ids.js';
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

const VERSION_MASK = 0xffff_0000 | 0;
const VERSION_1 = 0x8001_0000 | 0;

/** The smallest size of each type in bytes: a string has a length, a map two types and a count. */
const SMALLEST: ReadonlyMap<number, number> = new Map([
  [TYPE_BOOL, 1],
  [TYPE_BYTE, 1],
  [TYPE_DOUBLE, 8],
  [TYPE_I16, 2],
  [TYPE_I32, 4],
  [TYPE_I64, 8],
  [TYPE_STRING, 4],
  [TYPE_STRUCT, 1],
  [TYPE_MAP, 6],
  [TYPE_SET, 5],
  [TYPE_LIST, 5],
  [TYPE_UUID, 16],
]);

/**
 * The binary protocol: port 6832 (with the strict message header) and HTTP 14268 (bare structs).
 * https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */
export class BinaryReader extends ThriftReader {
  messageBegin(): MessageHeader {
    const first = this.bytes[this.position];
    const word = this.i32();
    if ((word & VERSION_MASK) !== VERSION_1) {
      const hint = first === COMPACT_PROTOCOL_ID ? ': it looks like the compact protocol' : '';
      this.fail('bad-protocol', `no strict binary message header${hint}`, this.position - 4);
    }
    const name = this.string();
    return { name, kind: word & 0xff, sequenceId: this.i32() };
  }

  nextField(): boolean {
    const type = this.byte();
    this.fieldType = type;
    if (type === TYPE_STOP) return false;
    this.fieldId = this.i16();
    return true;
  }

  bool(): boolean {
    return this.byte() !== 0;
  }

  i16(): number {
    const at = this.take(2);
    return ((this.bytes[at]! << 24) >> 16) | this.bytes[at + 1]!;
  }

  i32(): number {
    return this.word(this.take(4));
  }

  i64(): void {
    const at = this.take(8);
    this.high = this.word(at);
    this.low = this.word(at + 4);
  }

  double(): number {
    return this.float64(false);
  }

  listBegin(): number {
    this.keyType = TYPE_STOP;
    this.elementType = this.byte();
    return this.beginContainer(this.length());
  }

  mapBegin(): number {
    this.keyType = this.byte();
    this.elementType = this.byte();
    return this.beginContainer(this.length());
  }

  protected length(): number {
    const length = this.i32();
    if (length < 0) this.fail('bad-length', `negative length ${length}`, this.position - 4);
    return length;
  }

  protected smallest(type: number): number | undefined {
    return SMALLEST.get(type);
  }

  private word(at: number): number {
    const bytes = this.bytes;
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
}
