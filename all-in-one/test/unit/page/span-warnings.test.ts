import { describe, expect, test } from 'vitest';
import { markSpans } from '../../../src/page/model/span-marks.js';
import { hasWarnings, spanWarnings } from '../../../src/page/model/span-warnings.js';
import { type SmallSpan, smallTrace, spanOf } from './small-trace.js';

const root: SmallSpan = { id: 'root', start: 100, duration: 1_000 };

describe('warnings', () => {
  test.each<[string, Partial<SmallSpan>, string[]]>([
    ['inside its parent', { start: 200, duration: 10 }, []],
    ['as long as its parent', { start: 100, duration: 1_000 }, []],
    ['before its parent', { start: 70 }, ['Clock skew: starts 30 µs before its parent.']],
    ['beyond its parent', { start: 1_000, duration: 350 }, ['Ends 250 µs after its parent.']],
    [
      'after its parent',
      { start: 3_100, duration: 5 },
      ['Clock skew or late work: starts 2.00 ms after its parent ended.'],
    ],
    ['of no duration', { start: 200, duration: 0 }, ['Duration is 0.']],
    ['of a negative duration', { start: 200, duration: -7 }, ['Negative duration: -7 µs.']],
  ])('of a child %s', (_, child, warnings) => {
    const trace = smallTrace([root, { id: 'child', parent: 'root', ...child }]);
    expect(spanWarnings(spanOf(trace, 'child'))).toEqual(warnings);
    expect(hasWarnings(spanOf(trace, 'child'))).toBe(warnings.length > 0);
  });

  test('what only follows from a span may outlive it', () => {
    const trace = smallTrace([root, { id: 'next', follows: 'root', start: 3_000 }]);
    expect(spanWarnings(spanOf(trace, 'next'))).toEqual([]);
  });

  test('an orphan names the parent that is missing', () => {
    const trace = smallTrace([root, { id: 'child', parent: 'beef', start: 200 }]);
    expect(spanWarnings(spanOf(trace, 'child'))).toEqual([
      'Orphan: its parent beef is not in this trace.',
    ]);
  });

  test('a ring is named', () => {
    const trace = smallTrace([{ id: 'a', parent: 'a' }]);
    expect(spanWarnings(trace.spans[0]!)).toEqual([
      'Its parent is one of its own descendants; shown at the top.',
    ]);
  });
});

test('marks say which spans look wrong and which stand above a failed one', () => {
  const trace = smallTrace([
    root,
    { id: 'a', parent: 'root', start: 200 },
    { id: 'failed', parent: 'a', start: 200, tags: { error: true } },
    { id: 'odd', parent: 'root', start: 90 },
  ]);
  const idsOf = (indexes: ReadonlySet<number>): string[] =>
    [...indexes].map((index) => trace.spans[index]!.spanId).sort();
  const marks = markSpans(trace);
  expect(idsOf(marks.aboveErrors)).toEqual(['a', 'root']);
  expect(idsOf(marks.warned)).toEqual(['odd']);
});
