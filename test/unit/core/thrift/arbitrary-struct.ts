import fc from 'fast-check';
import type { ThriftWriter } from '../../../../src/core/thrift/thrift-writer.js';
import { int64, type Protocol, Type } from '../../../fixtures/apache/apache-thrift.js';
import { anyApacheDouble, anyI64, anyText } from '../wire/arbitrary-batch.js';

/** A struct of any fields in any order: what Jaeger's structs are not, but their protocols allow. */
export type Fields = readonly Field[];

export type Field = { readonly id: number } & (
  | { readonly kind: 'i32'; readonly value: number }
  | { readonly kind: 'i64'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'binary'; readonly value: Uint8Array }
  | { readonly kind: 'struct'; readonly value: Fields }
  | { readonly kind: 'structs'; readonly value: readonly Fields[] }
);

/** Ids that take the short and the long form of a compact header: rising by 1, by 15, by 16, falling. */
const anyId = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -0x8000, max: 0x7fff }));

const { fields } = fc.letrec<{ fields: Field[]; field: Field }>((tie) => ({
  fields: fc.array(tie('field'), { maxLength: 6, depthIdentifier: 'struct' }),
  field: fc.oneof(
    { depthSize: 'small', depthIdentifier: 'struct', withCrossShrink: true },
    fc.record({ id: anyId, kind: fc.constant('i32' as const), value: fc.integer() }),
    fc.record({ id: anyId, kind: fc.constant('i64' as const), value: anyI64 }),
    fc.record({ id: anyId, kind: fc.constant('double' as const), value: anyApacheDouble }),
    fc.record({ id: anyId, kind: fc.constant('bool' as const), value: fc.boolean() }),
    fc.record({ id: anyId, kind: fc.constant('string' as const), value: anyText }),
    fc.record({
      id: anyId,
      kind: fc.constant('binary' as const),
      value: fc.uint8Array({ maxLength: 200 }),
    }),
    fc.record({ id: anyId, kind: fc.constant('struct' as const), value: tie('fields') }),
    fc.record({
      id: anyId,
      kind: fc.constant('structs' as const),
      value: fc.array(tie('fields'), { maxLength: 20, size: '+1' }),
    }),
  ),
}));

export const anyStruct: fc.Arbitrary<Fields> = fields;

/** The struct through one of our writers. */
export function writeStruct(w: ThriftWriter, struct: Fields): void {
  w.structBegin();
  for (const field of struct) writeField(w, field);
  w.structEnd();
}

function writeField(w: ThriftWriter, field: Field): void {
  const { id } = field;
  if (field.kind === 'i32') w.i32Field(id, field.value);
  else if (field.kind === 'i64') w.i64Field(id, ...wordsOf(field.value));
  else if (field.kind === 'double') w.doubleField(id, field.value);
  else if (field.kind === 'bool') w.boolField(id, field.value);
  else if (field.kind === 'string') w.stringField(id, field.value);
  else if (field.kind === 'binary') w.binaryField(id, field.value);
  else if (field.kind === 'struct') {
    w.structFieldBegin(id);
    for (const inner of field.value) writeField(w, inner);
    w.structEnd();
  } else {
    w.structListFieldBegin(id, field.value.length);
    for (const inner of field.value) writeStruct(w, inner);
  }
}

/** A 64-bit value as two signed words. */
export function wordsOf(value: bigint): [number, number] {
  return [Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))];
}

/** The same struct through Apache's protocol. */
export function writeApacheStruct(p: Protocol, struct: Fields): void {
  p.writeStructBegin('');
  for (const field of struct) writeApacheField(p, field);
  p.writeFieldStop();
  p.writeStructEnd();
}

function writeApacheField(p: Protocol, field: Field): void {
  p.writeFieldBegin('', APACHE_TYPES[field.kind], field.id);
  if (field.kind === 'i32') p.writeI32(field.value);
  else if (field.kind === 'i64') p.writeI64(int64(field.value));
  else if (field.kind === 'double') p.writeDouble(field.value);
  else if (field.kind === 'bool') p.writeBool(field.value);
  else if (field.kind === 'string') p.writeString(field.value);
  else if (field.kind === 'binary') p.writeBinary(Buffer.from(field.value));
  else if (field.kind === 'struct') writeApacheStruct(p, field.value);
  else {
    p.writeListBegin(Type.STRUCT, field.value.length);
    for (const inner of field.value) writeApacheStruct(p, inner);
    p.writeListEnd();
  }
  p.writeFieldEnd();
}

const APACHE_TYPES: Readonly<Record<Field['kind'], number>> = {
  i32: Type.I32,
  i64: Type.I64,
  double: Type.DOUBLE,
  bool: Type.BOOL,
  string: Type.STRING,
  binary: Type.STRING,
  struct: Type.STRUCT,
  structs: Type.LIST,
};
