import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBatch, decodeMessage } from '../../../src/thrift/jaeger-decoder.js';
import {
  encode,
  encodeMessage,
  ENCODINGS,
} from '../../../../test/fixtures/apache/apache-thrift.js';
import {
  anyBatch,
  apacheBatch,
  decodedBatch,
} from '../../../../test/unit/core/wire/arbitrary-batch.js';
import { errorOf } from './reader-contract.js';

const RUNS = { seed: 13, numRuns: 300 };

/** What may happen to bytes on their way. */
type Edit =
  | { readonly kind: 'set'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number };

const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(40) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    bytes: fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.constantFrom(
        Uint8Array.of(0xfc, 0xff, 0xff, 0xff, 0xff, 7),
        Uint8Array.of(0x7f, 255, 255, 255),
      ),
    ),
  }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), length: fc.nat(40) }),
);

function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  let current = [...bytes];
  for (const edit of edits) {
    const at = current.length === 0 ? 0 : edit.at % current.length;
    if (edit.kind === 'set') current[at] = edit.byte;
    else if (edit.kind === 'cut') current.splice(at, edit.length);
    else if (edit.kind === 'insert') current.splice(at, 0, ...edit.bytes);
    else current = [...current.slice(0, at + edit.length), ...current.slice(at)];
  }
  return Uint8Array.from(current);
}

/** Objects, arrays and texts in a decoded value. */
function countParts(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, inner) => sum + countParts(inner), 1);
}

/** Decodes to something no larger than the input allows, or fails with the one error there is. */
function expectBounded(bytes: Uint8Array, decode: (bytes: Uint8Array) => unknown): void {
  let decoded: unknown;
  const error = errorOf(() => {
    decoded = decode(bytes);
  });
  if (error !== undefined) {
    expect(error).toMatchObject({ name: 'ThriftDecodeError', code: expect.any(String) });
    expect((error as { offset: number }).offset).toBeLessThanOrEqual(bytes.length);
  }
  expect(countParts(decoded)).toBeLessThanOrEqual(bytes.length);
}

describe.each(ENCODINGS)('%s', (encoding) => {
  test('whatever Apache encodes decodes to the same values', () => {
    fc.assert(
      fc.property(anyBatch, fc.integer(), (batch, sequenceId) => {
        const apache = apacheBatch(batch);
        const expected = { batch: decodedBatch(batch), trailingBytes: 0 };
        const bare = encode(encoding, (p) => apache.write(p));
        expect(decodeBatch(bare, encoding)).toStrictEqual(expected);
        const message = encodeMessage(encoding, apache, { sequenceId });
        expect(decodeMessage(message, encoding)).toStrictEqual({
          ...expected,
          sequenceId,
          oneway: true,
        });
      }),
      RUNS,
    );
  });

  test('an edited message decodes to something bounded, or fails with the one error there is', () => {
    fc.assert(
      fc.property(anyBatch, fc.array(anyEdit, { minLength: 1, maxLength: 4 }), (batch, edits) => {
        const message = encodeMessage(encoding, apacheBatch(batch));
        expectBounded(edited(message, edits), (bytes) => decodeMessage(bytes, encoding));
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  test('random bytes do the same, as a message and as a batch', () => {
    const header = encode(encoding, (p) => p.writeMessageBegin('emitBatch', 4, 0));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expectBounded(bytes, (input) => decodeMessage(input, encoding));
        expectBounded(bytes, (input) => decodeBatch(input, encoding));
        expectBounded(Uint8Array.of(...header, ...bytes), (input) =>
          decodeMessage(input, encoding),
        );
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });
});
