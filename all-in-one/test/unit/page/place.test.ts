import { expect, test } from 'vitest';
import { ITEMS_PER_PAGE, readPlace, toggleMark } from '../../../src/page/model/place.js';

const FRESH = {
  order: 'recent',
  isLive: false,
  marked: [],
  shownCount: ITEMS_PER_PAGE,
  scrollPx: 0,
};

test('a place comes back as it was left', () => {
  const place = { order: 'most', isLive: true, marked: ['a', 'b'], shownCount: 300, scrollPx: 42 };
  expect(readPlace({ ...place, other: 1 })).toEqual(place);
  expect(readPlace({ order: 'longest' })).toEqual({ ...FRESH, order: 'longest' });
});

test.each([[null], [undefined], ['x'], [{ order: 'toString', shownCount: -1, scrollPx: 'x' }]])(
  '%j is as at first',
  (state) => {
    expect(readPlace(state)).toEqual(FRESH);
  },
);

test('two traces are marked at most, the last ones', () => {
  const marks = ['a', 'b', 'c', 'b'].reduce(toggleMark, [] as readonly string[]);
  expect(marks).toEqual(['c']);
  expect(toggleMark(['b', 'c'], 'd')).toEqual(['c', 'd']);
});
