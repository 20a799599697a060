import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flattenTags } from '../../../src/model/flat-tags.js';
import { allMarks, marksOf, type TagMarks } from '../../../src/store/tag-marks.js';
import { anyTag } from '../arbitrary-span.js';
import { textTag } from '../spans.js';

const mayHave = (all: TagMarks, { low, high }: TagMarks): boolean =>
  (all.low & low) !== 0 && (all.high & high) !== 0;

test('no tag of a span is ever told apart', () => {
  fc.assert(
    fc.property(fc.array(anyTag, { maxLength: 20 }), (tags) => {
      const flat = flattenTags(tags);
      const all = allMarks([flat.slice(0, 6), flat.slice(6)]);
      for (let i = 0; i < flat.length; i += 3) {
        if (typeof flat[i + 2] === 'object') continue; // OTLP's own: any may be
        const marks = marksOf(flat[i] as string, String(flat[i + 2]));
        expect(mayHave(all, marks)).toBe(true);
      }
    }),
    { seed: 67, numRuns: 500 },
  );
});

test('of the tags that a span does not have nine in ten are', () => {
  let passed = 0;
  const SPANS = 2_000;
  for (let span = 0; span < SPANS; span++) {
    const tags = Array.from({ length: 10 }, (_, i) => textTag(`key.${i}`, `value ${span}`));
    const all = allMarks([flattenTags(tags)]);
    if (mayHave(all, marksOf('key.1', `value ${span + 1}`))) passed++;
  }
  expect(passed / SPANS).toBeLessThan(0.1);
});
