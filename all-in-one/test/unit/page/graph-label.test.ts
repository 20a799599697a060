import { expect, test } from 'vitest';
import { cutToWidth } from '../../../src/page/model/graph-label.js';

/** As wide as in a proportional font: m is three times an i. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (letter === 'm' ? 9 : letter === 'i' ? 3 : 6), 0);

test('a name is cut where there is no more room, and only there', () => {
  expect(cutToWidth('iiii', 12, widthOf)).toBe('iiii');
  expect(cutToWidth('mmmm', 36, widthOf)).toBe('mmmm');
  expect(cutToWidth('mmmm', 35, widthOf)).toBe('mmm…');
  expect(cutToWidth('iiiiiiii', 15, widthOf)).toBe('iii…');
  expect(cutToWidth('mmmm', 3, widthOf)).toBe('…');
});

test('half of a pair of surrogates is no letter', () => {
  expect(cutToWidth('\u{1f600}\u{1f600}', 12, (text) => text.length * 4)).toBe('\u{1f600}…');
});
