import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowOffsets } from '../../../src/page/model/row-offsets.js';

test('rows stand below each other, and below what hangs on those above', () => {
  const offsets = new RowOffsets(
    5,
    10,
    new Map([
      [3, 7],
      [1, 100],
    ]),
  );
  expect([0, 1, 2, 3, 4, 5].map((row) => offsets.offsetOf(row))).toEqual([
    0, 10, 120, 130, 147, 157,
  ]);
  expect(offsets.totalPx).toBe(157);
  expect([-5, 0, 9, 10, 19, 119, 120, 146, 147, 999].map((px) => offsets.rowAt(px))).toEqual([
    0, 0, 0, 1, 1, 1, 2, 3, 4, 4,
  ]);
});

test('no rows have no height', () => {
  const offsets = new RowOffsets(0, 10, new Map());
  expect([offsets.totalPx, offsets.rowAt(50)]).toEqual([0, 0]);
});

test('the row at a height is the one whose place holds it', () => {
  const extras = fc.array(fc.tuple(fc.nat(29), fc.nat(300)));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), extras, fc.nat(3_000), (count, parts, px) => {
      const offsets = new RowOffsets(count, 26, new Map(parts.filter(([row]) => row < count)));
      const row = offsets.rowAt(px);
      expect(offsets.offsetOf(row)).toBeLessThanOrEqual(px);
      if (px < offsets.totalPx) expect(offsets.offsetOf(row + 1)).toBeGreaterThan(px);
    }),
    { seed: 7 },
  );
});
