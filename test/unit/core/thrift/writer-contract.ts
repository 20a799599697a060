import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ThriftWriter, MESSAGE_ONEWAY } from '../../../../src/core/thrift/thrift-writer.js';
import { encode, type Encoding } from '../../../fixtures/apache/apache-thrift.js';
import { anyI64, anyText } from '../wire/arbitrary-batch.js';
import {
  anyStruct,
  type Field,
  wordsOf,
  writeApacheStruct,
  writeStruct,
} from './arbitrary-struct.js';
import { hexOfBytes } from './hex.js';

const RUNS = { seed: 11, numRuns: 400 };

/** Of each kind of field the values that take the most bytes, and those on both sides of a bound. */
const LARGEST: readonly Field[] = [
  ...[1, 16, 0x7fff].map((id): Field => ({ id, kind: 'bool', value: true })),
  { id: 16, kind: 'i32', value: -(2 ** 31) },
  { id: 1, kind: 'i64', value: -(2n ** 63n) },
  { id: 16, kind: 'double', value: 0.1 },
  ...['', 'x', 'é', 'x'.repeat(60), '€'.repeat(43), 'x'.repeat(128)].flatMap((text): Field[] => [
    { id: 1, kind: 'string', value: text },
    { id: 1, kind: 'binary', value: Buffer.from(text) },
  ]),
  ...Array.from({ length: 20 }, (_, i): Field => ({
    id: 1,
    kind: 'string',
    value: '€'.repeat(i + 13),
  })),
  { id: 1, kind: 'struct', value: [] },
  { id: 16, kind: 'structs', value: Array.from({ length: 15 }, () => []) },
];

/** Every ThriftWriter writes what Apache's protocol of its encoding writes, byte for byte. */
export function writerContract(encoding: Encoding, open: () => ThriftWriter): void {
  const written = (write: (w: ThriftWriter) => void): string => {
    const w = open();
    write(w);
    return hexOfBytes(w.view());
  };
  const apache = (write: Parameters<typeof encode>[1]): string =>
    hexOfBytes(encode(encoding, write));

  describe(`${encoding} writer, held against Apache's`, () => {
    test('any struct of any fields', () => {
      fc.assert(
        fc.property(anyStruct, (struct) => {
          expect(written((w) => writeStruct(w, struct))).toBe(
            apache((p) => writeApacheStruct(p, struct)),
          );
        }),
        RUNS,
      );
    });

    test.each(LARGEST)('whatever room is left in the buffer: field $id, $kind', (field) => {
      const expected = apache((p) => writeApacheStruct(p, [field]));
      for (let room = 0; room <= expected.length / 2 + 5; room++) {
        const w = open();
        w.attach(new Uint8Array(3 + room), 3);
        writeStruct(w, [field]);
        expect(hexOfBytes(w.view(3))).toBe(expected);
      }
    });

    test('a message header, whatever room is left in the buffer', () => {
      const expected = apache((p) => p.writeMessageBegin('emitBatch', 4, -1));
      for (let room = 0; room <= 40; room++) {
        const w = open();
        w.attach(new Uint8Array(3 + room), 3);
        w.messageBegin('emitBatch', 4, -1);
        expect(hexOfBytes(w.view(3))).toBe(expected);
      }
    });

    test('any message header', () => {
      fc.assert(
        fc.property(anyText, fc.integer({ min: 1, max: 4 }), fc.integer(), (name, kind, id) => {
          expect(written((w) => w.messageBegin(name, kind, id))).toBe(
            apache((p) => p.writeMessageBegin(name, kind, id)),
          );
        }),
        RUNS,
      );
    });

    test('an i64 from a number is the i64 from its words, up to 2^53', () => {
      fc.assert(
        fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer()), (value) => {
          expect(written((w) => w.integerField(1, value))).toBe(
            written((w) => w.i64Field(1, ...wordsOf(BigInt(value)))),
          );
        }),
        RUNS,
      );
    });

    test('unsigned words are the same as signed ones', () => {
      fc.assert(
        fc.property(anyI64, (value) => {
          const [high, low] = wordsOf(value);
          expect(written((w) => w.i64Field(1, high >>> 0, low >>> 0))).toBe(
            written((w) => w.i64Field(1, high, low)),
          );
        }),
        RUNS,
      );
    });

    test('a struct that goes on behind fields written elsewhere', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), (a, b) => {
          const split = written((w) => {
            w.structBegin();
            w.i32Field(a, 1);
            w.structEnd();
            w.attach(w.buffer, w.position - 1); // without the stop
            w.structBegin();
            w.structResume(a);
            w.i32Field(b, 2);
            w.structEnd();
          });
          const fields = [
            { id: a, kind: 'i32', value: 1 },
            { id: b, kind: 'i32', value: 2 },
          ] as const;
          expect(split).toBe(apache((p) => writeApacheStruct(p, fields)));
        }),
        RUNS,
      );
    });

    test('raw bytes, an attached buffer and a view since a position', () => {
      const w = open();
      w.raw(Uint8Array.of(1, 2));
      const start = w.position;
      w.raw(Uint8Array.of(3));
      expect(hexOfBytes(w.view())).toBe('010203');
      expect(hexOfBytes(w.view(start))).toBe('03');
      w.attach(Uint8Array.of(9, 9, 9), 1);
      w.raw(Uint8Array.of(4));
      expect(hexOfBytes(w.buffer)).toBe('090409');
    });

    test('a lone surrogate goes out as U+FFFD', () => {
      for (const text of ['\ud800', 'a\udc00', `${'x'.repeat(30)}\ud800`]) {
        const field = { id: 1, kind: 'string', value: text } as const;
        expect(written((w) => writeStruct(w, [field]))).toBe(
          apache((p) => writeApacheStruct(p, [field])),
        );
      }
    });

    test('a message begins afresh, whatever was left open before', () => {
      const w = open();
      w.structBegin();
      w.i32Field(7, 1);
      const start = w.position;
      w.messageBegin('m', MESSAGE_ONEWAY, 0);
      writeStruct(w, [{ id: 1, kind: 'bool', value: true }]);
      const fresh = written((other) => {
        other.messageBegin('m', MESSAGE_ONEWAY, 0);
        writeStruct(other, [{ id: 1, kind: 'bool', value: true }]);
      });
      expect(hexOfBytes(w.view(start))).toBe(fresh);
    });
  });
}
