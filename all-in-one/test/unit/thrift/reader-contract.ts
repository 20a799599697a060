import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  MAX_DEPTH,
  type ThriftReader,
  TYPE_BOOL,
  TYPE_DOUBLE,
  TYPE_I32,
  TYPE_I64,
  TYPE_STRING,
  TYPE_STRUCT,
} from '../../../src/thrift/thrift-reader.js';
import {
  encode,
  type Encoding,
  type Protocol,
  Type,
} from '../../../../test/fixtures/apache/apache-thrift.js';
import {
  SKIPPED,
  TYPE_OF_NESTED,
  writeNested,
} from '../../../../test/unit/core/thrift/apache-values.js';
import { anyText } from '../../../../test/unit/core/wire/arbitrary-batch.js';
import {
  anyStruct,
  type Field,
  type Fields,
  writeApacheStruct,
} from '../../../../test/unit/core/thrift/arbitrary-struct.js';

const RUNS = { seed: 12, numRuns: 400 };

/** Every ThriftReader reads what Apache's protocol of its encoding wrote, and ends where it ended. */
export function readerContract(
  encoding: Encoding,
  open: (bytes: Uint8Array) => ThriftReader,
): void {
  const apache = (write: (p: Protocol) => void): Uint8Array =>
    Uint8Array.from(encode(encoding, write));

  describe(`${encoding} reader, on what Apache wrote`, () => {
    test('any struct of any fields', () => {
      fc.assert(
        fc.property(anyStruct, (struct) => {
          const r = open(apache((p) => writeApacheStruct(p, struct)));
          expect(readStruct(r, struct)).toEqual(struct);
          expect(r.remaining).toBe(0);
        }),
        RUNS,
      );
    });

    test('skips any struct', () => {
      fc.assert(
        fc.property(anyStruct, (struct) => {
          const r = open(apache((p) => writeApacheStruct(p, struct)));
          r.skip(TYPE_STRUCT);
          expect(r.remaining).toBe(0);
        }),
        RUNS,
      );
    });

    test('any message header', () => {
      fc.assert(
        fc.property(anyText, fc.integer({ min: 1, max: 4 }), fc.integer(), (name, kind, id) => {
          const r = open(apache((p) => p.writeMessageBegin(name, kind, id)));
          expect(r.messageBegin()).toEqual({ name, kind, sequenceId: id });
          expect(r.remaining).toBe(0);
        }),
        RUNS,
      );
    });

    test.each(Object.entries(SKIPPED))(
      'skips %s, and reads the field behind it',
      (_name, field) => {
        const r = open(
          apache((p) => {
            p.writeStructBegin('');
            p.writeFieldBegin('', field.type, 1);
            field.write(p);
            p.writeFieldEnd();
            p.writeFieldBegin('', Type.I32, 2);
            p.writeI32(-77);
            p.writeFieldEnd();
            p.writeFieldStop();
          }),
        );
        r.structBegin();
        expect(r.nextField()).toBe(true);
        r.skipField();
        expect(r.nextField() && r.at(2, TYPE_I32)).toBe(true);
        expect(r.i32()).toBe(-77);
        expect(r.nextField()).toBe(false);
        expect(r.remaining).toBe(0);
      },
    );

    test('an i16', () => {
      const values = [0, 1, -1, 0x7fff, -0x8000];
      const r = open(apache((p) => values.forEach((value) => p.writeI16(value))));
      expect(values.map(() => r.i16())).toEqual(values);
    });

    test('a bool in a list, where it is a byte', () => {
      const values = [true, false, true];
      const r = open(
        apache((p) => {
          p.writeListBegin(Type.BOOL, 3);
          values.forEach((value) => p.writeBool(value));
        }),
      );
      expect(r.listBegin()).toBe(3);
      expect(r.elementType).toBe(TYPE_BOOL);
      expect(values.map(() => r.bool())).toEqual(values);
    });
  });

  describe(`${encoding} reader, bounded`, () => {
    test.each(['structs', 'lists', 'maps'] as const)('nesting of %s ends at MAX_DEPTH', (kind) => {
      const nested = (depth: number) => apache((p) => writeNested(p, kind, depth));
      open(nested(MAX_DEPTH)).skip(TYPE_OF_NESTED[kind]);
      expect(() => open(nested(MAX_DEPTH + 1)).skip(TYPE_OF_NESTED[kind])).toThrowError(
        expect.objectContaining({ code: 'too-deep' }),
      );
    });

    test('containers one after another are not nested', () => {
      const list = apache((p) => writeNested(p, 'lists', MAX_DEPTH));
      const r = open(Uint8Array.from([...list, ...list]));
      r.skip(Type.LIST);
      r.skip(Type.LIST);
      expect(r.remaining).toBe(0);
    });

    test('random bytes: only coded errors, and no more steps than bytes', () => {
      const types = Object.values(Type);
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...types), (bytes, type) => {
          const r = open(bytes);
          let steps = 0;
          const skip = r.skip;
          r.skip = (inner) => {
            steps++;
            skip.call(r, inner);
          };
          const error = errorOf(() => r.skip(type));
          if (error !== undefined) expect(error).toMatchObject({ name: 'ThriftDecodeError' });
          expect(steps).toBeLessThanOrEqual(bytes.length + 1);
          expect(r.position).toBeLessThanOrEqual(bytes.length);
        }),
        { ...RUNS, numRuns: 3000 },
      );
    });

    test('an input that ends anywhere is truncated, with the offset in the error', () => {
      const bytes = apache((p) => {
        p.writeStructBegin('');
        for (const [at, field] of Object.values(SKIPPED).entries()) {
          p.writeFieldBegin('', field.type, at + 1);
          field.write(p);
          p.writeFieldEnd();
        }
        p.writeFieldStop();
      });
      for (let end = 0; end < bytes.length; end++) {
        const error = errorOf(() => open(bytes.subarray(0, end)).skip(TYPE_STRUCT));
        expect(error).toMatchObject({ code: 'truncated' });
        expect((error as { offset: number }).offset).toBeLessThanOrEqual(end);
      }
    });
  });
}

/** What `read` throws, or undefined. */
export function errorOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Reads a struct whose fields are known to be those of `expected`. */
function readStruct(r: ThriftReader, expected: Fields): Fields {
  const fields: Field[] = [];
  r.structBegin();
  while (r.nextField()) fields.push(readField(r, expected[fields.length]!));
  r.structEnd();
  return fields;
}

function readField(r: ThriftReader, expected: Field): Field {
  const id = r.fieldId;
  const { kind } = expected;
  if (kind === 'structs') {
    const structs: Fields[] = [];
    for (let count = r.listBegin(); count > 0; count--) {
      structs.push(readStruct(r, expected.value[structs.length]!));
    }
    r.listEnd();
    return { id, kind, value: structs };
  }
  if (kind === 'struct') return { id, kind, value: readStruct(r, expected.value) };
  if (kind === 'binary') return { id, kind, value: r.binary() };
  if (r.fieldType === TYPE_BOOL) return { id, kind: 'bool', value: r.bool() };
  if (r.fieldType === TYPE_I32) return { id, kind: 'i32', value: r.i32() };
  if (r.fieldType === TYPE_DOUBLE) return { id, kind: 'double', value: r.double() };
  if (r.fieldType === TYPE_STRING) return { id, kind: 'string', value: r.string() };
  expect(r.fieldType).toBe(TYPE_I64);
  r.i64();
  return { id, kind: 'i64', value: (BigInt(r.high) << 32n) | BigInt(r.low >>> 0) };
}
