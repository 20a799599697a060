import { type Protocol, Type } from '../../../fixtures/apache/apache-thrift.js';
import { writeApacheStruct } from './arbitrary-struct.js';

/** One value of each type, and containers of each kind, empty ones included. */
export const SKIPPED: Readonly<Record<string, { type: number; write: (p: Protocol) => void }>> = {
  'bool true': { type: Type.BOOL, write: (p) => p.writeBool(true) },
  'bool false': { type: Type.BOOL, write: (p) => p.writeBool(false) },
  byte: { type: Type.BYTE, write: (p) => p.writeByte(-1) },
  i16: { type: Type.I16, write: (p) => p.writeI16(-300) },
  i32: { type: Type.I32, write: (p) => p.writeI32(1 << 30) },
  i64: { type: Type.I64, write: (p) => p.writeI64(2 ** 50) },
  double: { type: Type.DOUBLE, write: (p) => p.writeDouble(0.1) },
  string: { type: Type.STRING, write: (p) => p.writeString('é'.repeat(100)) },
  'empty string': { type: Type.STRING, write: (p) => p.writeString('') },
  uuid: {
    type: Type.UUID,
    write: (p) => p.writeUuid('00112233-4455-4677-8899-aabbccddeeff'),
  },
  'list of bool': {
    type: Type.LIST,
    write(p) {
      p.writeListBegin(Type.BOOL, 16);
      for (let i = 0; i < 16; i++) p.writeBool(i % 2 === 0);
      p.writeListEnd();
    },
  },
  'empty list': { type: Type.LIST, write: (p) => p.writeListBegin(Type.STRUCT, 0) },
  'set of double': {
    type: Type.SET,
    write(p) {
      p.writeSetBegin(Type.DOUBLE, 2);
      p.writeDouble(1);
      p.writeDouble(2);
    },
  },
  'map of string to struct': {
    type: Type.MAP,
    write(p) {
      p.writeMapBegin(Type.STRING, Type.STRUCT, 2);
      for (const key of ['a', 'b']) {
        p.writeString(key);
        writeApacheStruct(p, [{ id: 9, kind: 'bool', value: true }]);
      }
    },
  },
  'map of bool to bool': {
    type: Type.MAP,
    write(p) {
      p.writeMapBegin(Type.BOOL, Type.BOOL, 1);
      p.writeBool(false);
      p.writeBool(true);
    },
  },
  // Once read, the bool of a field is not the bool of what comes behind its struct.
  'map of struct to bool': {
    type: Type.MAP,
    write(p) {
      p.writeMapBegin(Type.STRUCT, Type.BOOL, 1);
      writeApacheStruct(p, [{ id: 1, kind: 'bool', value: true }]);
      p.writeBool(true);
    },
  },
  // A list's elements are not held against the size of a map's keys.
  'map of double to list of bool': {
    type: Type.MAP,
    write(p) {
      p.writeMapBegin(Type.DOUBLE, Type.LIST, 1);
      p.writeDouble(1);
      p.writeListBegin(Type.BOOL, 16);
      for (let i = 0; i < 16; i++) p.writeBool(true);
    },
  },
  'empty map': { type: Type.MAP, write: (p) => p.writeMapBegin(Type.STRING, Type.I32, 0) },
};

/** The containers that `writeNested` puts into each other. */
export const TYPE_OF_NESTED = { structs: Type.STRUCT, lists: Type.LIST, maps: Type.MAP };

/** Containers of one kind, `depth` of them, each in the one before. */
export function writeNested(p: Protocol, kind: keyof typeof TYPE_OF_NESTED, depth: number): void {
  if (kind === 'structs') {
    p.writeStructBegin('');
    if (depth > 1) {
      p.writeFieldBegin('', Type.STRUCT, 1);
      writeNested(p, kind, depth - 1);
    }
    p.writeFieldStop();
    p.writeStructEnd();
    return;
  }
  const count = depth > 1 ? 1 : 0;
  if (kind === 'lists') p.writeListBegin(Type.LIST, count);
  else p.writeMapBegin(Type.BYTE, Type.MAP, count);
  if (count === 0) return;
  if (kind === 'maps') p.writeByte(1);
  writeNested(p, kind, depth - 1);
}
