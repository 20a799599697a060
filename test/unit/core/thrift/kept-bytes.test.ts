import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BinaryWriter } from '../../../../src/core/thrift/binary-writer.js';
import { CompactWriter } from '../../../../src/core/thrift/compact-writer.js';
import { keep, type KeptBytes } from '../../../../src/core/thrift/kept-bytes.js';

/** Kept bytes, as a writer puts them out again. */
function bytesOf(kept: KeptBytes): number[] {
  const writer = new CompactWriter();
  writer.kept(kept);
  return [...writer.view()];
}

describe('kept bytes', () => {
  test('are a copy', () => {
    for (const buffer of [Uint8Array.of(1, 2, 3, 4), Buffer.from([1, 2, 3, 4])]) {
      const kept = keep(buffer.subarray(1, 3));
      buffer.fill(9);
      expect(bytesOf(kept)).toStrictEqual([2, 3]);
    }
  });

  test('of any length come out as they went in, whatever stands around them', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 9 }),
        (bytes, around) => {
          for (const writer of [new CompactWriter({}, 1), new BinaryWriter({}, 1)]) {
            writer.raw(around);
            writer.kept(keep(bytes));
            writer.raw(around);
            expect([...writer.view()]).toStrictEqual([...around, ...bytes, ...around]);
          }
        },
      ),
      { seed: 15 },
    );
  });

  test('go into a buffer that is a part of a larger one', () => {
    const memory = new Uint8Array(32);
    const writer = new CompactWriter();
    writer.attach(memory.subarray(8, 24), 2);
    writer.kept(keep(Uint8Array.of(1, 2, 3, 4, 5)));
    expect([...memory.subarray(10, 15)]).toStrictEqual([1, 2, 3, 4, 5]);
    expect(memory.subarray(0, 10).every((byte) => byte === 0)).toBe(true);
  });
});
