import { expect, test } from 'vitest';
import { cutText } from '../../../../src/core/text/cut.js';

test.each([
  ['abc', 4, 'abc'],
  ['abc', 3, 'abc'],
  ['abc', 2, 'ab'],
  ['abc', 0, ''],
  ['abc', -1, ''],
  ['a😀b', 2, 'a'],
  ['a😀b', 3, 'a😀'],
  ['😀', 1, ''],
  ['a\ud800', 1, 'a'],
])('%j cut to %d is %j', (text, units, expected) => {
  expect(cutText(text, units)).toBe(expected);
});
