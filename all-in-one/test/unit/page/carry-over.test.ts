import { expect, test } from 'vitest';
import { carryTimeline, carryWindow } from '../../../src/page/model/carry-over.js';
import type { TimelineState } from '../../../src/page/model/timeline-state.js';
import { smallTrace, spanOf } from './small-trace.js';

const before = smallTrace([
  { id: '1', start: 10, duration: 100 },
  { id: '5', parent: '1', start: 20 },
  { id: '6', parent: '5', start: 30 },
  { id: '6', parent: '5', start: 31 },
]);
const after = smallTrace([
  { id: '1', start: 10, duration: 100 },
  { id: '2', parent: '1', start: 11 },
  { id: '5', parent: '1', start: 20 },
  { id: '6', parent: '5', start: 30 },
  { id: '6', parent: '5', start: 31 },
  { id: '0', start: 0, duration: 1_000 },
]);
const state: TimelineState = {
  folded: new Set([1]),
  opened: new Set([0, 3]),
  selected: 3,
  reveals: 2,
};

test('selection, details and folds stay with their spans, also where two share an id', () => {
  expect(after.spans.map(({ spanId }) => spanId)).toEqual(['0', '1', '2', '5', '6', '6']);
  expect(carryTimeline(before, after, state)).toEqual({
    folded: new Set([3]),
    opened: new Set([1, 5]),
    selected: 5,
    reveals: 2,
  });
});

test('what is gone is forgotten', () => {
  const shrunk = smallTrace([{ id: '5' }]);
  expect(carryTimeline(before, shrunk, state)).toEqual({
    folded: new Set([spanOf(shrunk, '5').index]),
    opened: new Set(),
    selected: undefined,
    reveals: 2,
  });
});

test('the whole stays the whole, a part the same moments', () => {
  expect(carryWindow(before, after, { start: 0, end: 100 })).toEqual({ start: 0, end: 1_000 });
  expect(carryWindow(before, after, { start: 20, end: 40 })).toEqual({ start: 30, end: 50 });
  expect(carryWindow(after, before, { start: 30, end: 50 })).toEqual({ start: 20, end: 40 });
});
