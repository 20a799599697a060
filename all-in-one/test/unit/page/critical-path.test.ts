import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalPath } from '../../../src/page/model/critical-path.js';
import { selfMicros } from '../../../src/page/model/self-time.js';
import { rootOf, type Trace } from '../../../src/page/model/trace.js';
import { ORIGIN, type SmallSpan, smallTrace, spanOf } from './small-trace.js';

/** `id from-to`, earliest first. */
function pathOf(trace: Trace): string[] {
  return [...criticalPath(trace)]
    .flatMap(([index, stretches]) =>
      stretches.map(({ startMicros, endMicros }) => ({
        from: startMicros - ORIGIN,
        to: endMicros - ORIGIN,
        id: trace.spans[index]!.spanId,
      })),
    )
    .sort((a, b) => a.from - b.from)
    .map(({ id, from, to }) => `${id} ${from}-${to}`);
}

describe('the critical path', () => {
  test('of a span alone is the span', () => {
    expect(pathOf(smallTrace([{ id: 'root', duration: 10 }]))).toEqual(['root 0-10']);
  });

  test('goes through children one after the other, and through the parent between them', () => {
    const trace = smallTrace([
      { id: 'root', duration: 100 },
      { id: 'a', parent: 'root', start: 10, duration: 20 },
      { id: 'b', parent: 'root', start: 40, duration: 50 },
      { id: 'c', parent: 'b', start: 50, duration: 10 },
    ]);
    expect(pathOf(trace)).toEqual([
      'root 0-10',
      'a 10-30',
      'root 30-40',
      'b 40-50',
      'c 50-60',
      'b 60-90',
      'root 90-100',
    ]);
  });

  test('goes through the last of those that ran at the same time', () => {
    const trace = smallTrace([
      { id: 'root', duration: 100 },
      { id: 'short', parent: 'root', start: 10, duration: 20 },
      { id: 'long', parent: 'root', start: 10, duration: 60 },
    ]);
    expect(pathOf(trace)).toEqual(['root 0-10', 'long 10-70', 'root 70-100']);
  });

  test('leaves out what only follows from a span', () => {
    const trace = smallTrace([
      { id: 'root', duration: 100 },
      { id: 'async', follows: 'root', start: 10, duration: 80 },
    ]);
    expect(pathOf(trace)).toEqual(['root 0-100']);
  });

  test('cuts children at the borders of their parent', () => {
    const trace = smallTrace([
      { id: 'root', start: 10, duration: 50 },
      { id: 'early', parent: 'root', start: 0, duration: 30 },
      { id: 'late', parent: 'root', start: 40, duration: 100 },
      { id: 'outside', parent: 'root', start: 200, duration: 10 },
    ]);
    expect(pathOf(trace)).toEqual(['early 10-30', 'root 30-40', 'late 40-60']);
  });

  test('of 12,000 spans in a chain does not run out of stack', () => {
    const chain = Array.from({ length: 12_000 }, (_, i): SmallSpan => ({
      id: `s${i}`,
      start: i,
      duration: 24_000 - i * 2,
      ...(i > 0 && { parent: `s${i - 1}` }),
    }));
    expect(criticalPath(smallTrace(chain)).size).toBe(12_000);
  });
});

test('the stretches of any trace cover its root once', () => {
  const span = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    parent: fc.constantFrom('root', 'a', 'b', 'c', 'd'),
    start: fc.integer({ min: -10, max: 120 }),
    duration: fc.integer({ min: -5, max: 80 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(span, { selector: ({ id }) => id, maxLength: 7 }), (spans) => {
      const trace = smallTrace([{ id: 'root', duration: 100 }, ...spans]);
      expect(rootOf(trace).spanId === 'root' || rootOf(trace).parent === undefined).toBe(true);
      const root = rootOf(trace);
      const stretches = [...criticalPath(trace).values()]
        .flat()
        .sort((a, b) => a.startMicros - b.startMicros);
      let reached = root.startMicros;
      for (const { startMicros, endMicros } of stretches) {
        expect(startMicros).toBe(reached);
        reached = endMicros;
      }
      expect(reached).toBe(root.startMicros + root.durationMicros);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test('the time of a span itself is that in which no child ran', () => {
  const trace = smallTrace([
    { id: 'root', duration: 100 },
    { id: 'a', parent: 'root', start: -10, duration: 30 },
    { id: 'b', parent: 'root', start: 10, duration: 20 },
    { id: 'c', parent: 'root', start: 60, duration: 70 },
  ]);
  expect(selfMicros(spanOf(trace, 'root'))).toBe(30);
  expect(selfMicros(spanOf(trace, 'b'))).toBe(20);
});
