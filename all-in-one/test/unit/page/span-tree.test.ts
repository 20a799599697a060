import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Trace } from '../../../src/page/model/trace.js';
import { outline, type SmallSpan, smallTrace, spanOf } from './small-trace.js';

test('children stand below their parents, siblings by start time', () => {
  const trace = smallTrace([
    { id: 'late', parent: 'root', start: 20 },
    { id: 'leaf', parent: 'early', start: 6 },
    { id: 'root', duration: 100 },
    { id: 'early', parent: 'root', start: 5 },
  ]);
  expect(outline(trace)).toEqual(['root', '  early', '    leaf', '  late']);
  expect(trace.spans.map(({ descendants }) => descendants)).toEqual([3, 1, 0, 0]);
  expect(trace.spans.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
});

test('a span whose parent is missing stands at the top and says so', () => {
  const trace = smallTrace([{ id: 'root' }, { id: 'orphan', parent: 'gone', start: 1 }]);
  expect(outline(trace)).toEqual(['root', 'orphan']);
  expect(trace.spans.map(({ detached }) => detached)).toEqual([undefined, 'missing']);
});

test('a FOLLOWS_FROM is a parent where there is no other', () => {
  const trace = smallTrace([
    { id: 'producer' },
    { id: 'consumer', follows: 'producer', start: 5 },
    { id: 'both', parent: 'consumer', follows: 'producer', start: 6 },
    { id: 'elsewhere', follows: 'other', start: 7 },
  ]);
  expect(outline(trace)).toEqual(['producer', '  consumer', '    both', 'elsewhere']);
  expect(spanOf(trace, 'elsewhere').detached).toBe('missing');
});

test('a ring is cut at its earliest span, and what hangs on it stays on it', () => {
  const trace = smallTrace([
    { id: 'root' },
    { id: 'a', parent: 'c', start: 3 },
    { id: 'b', parent: 'a', start: 1 },
    { id: 'c', parent: 'b', start: 2 },
    { id: 'tail', parent: 'c', start: 9 },
    { id: 'self', parent: 'self', start: 8 },
  ]);
  expect(outline(trace)).toEqual(['root', 'b', '  c', '    a', '    tail', 'self']);
  expect(spanOf(trace, 'b').detached).toBe('ring');
  expect(spanOf(trace, 'self').detached).toBe('ring');
});

test('client and server that share an id stand below each other, and children below the server', () => {
  const trace = smallTrace([
    { id: 'rpc', parent: 'root', start: 2, operation: 'serve', tags: { 'span.kind': 'server' } },
    { id: 'root' },
    { id: 'rpc', parent: 'root', start: 1, operation: 'call', tags: { 'span.kind': 'client' } },
    { id: 'inner', parent: 'rpc', start: 3 },
  ]);
  const names = trace.spans.map(({ depth, operation }) => '  '.repeat(depth) + operation);
  expect(names).toEqual(['root', '  call', '    serve', '      inner']);
});

test('a chain of 12,000 spans is a tree', () => {
  const chain = Array.from({ length: 12_000 }, (_, i): SmallSpan => ({
    id: `s${i}`,
    start: i,
    ...(i > 0 && { parent: `s${i - 1}` }),
  }));
  const trace = smallTrace(chain);
  expect(trace.depth).toBe(12_000);
  expect(trace.spans[0]!.descendants).toBe(11_999);
});

const anySpans = fc.array(
  fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    parent: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'gone'),
    start: fc.nat(20),
    duration: fc.nat(20),
    tags: fc.constantFrom({}, { 'span.kind': 'server' }, { 'span.kind': 'client' }),
  }),
  { minLength: 1, maxLength: 12 },
);

test('whatever the spans say, each is in the tree once, behind its parent, one level deeper', () => {
  fc.assert(
    fc.property(anySpans, (spans) => {
      const trace: Trace = smallTrace(spans);
      expect(trace.spans.length).toBe(spans.length);
      trace.spans.forEach((span, i) => {
        expect(span.index).toBe(i);
        expect(span.depth).toBe(span.parent === undefined ? 0 : span.parent.depth + 1);
        expect(span.parent?.index ?? -1).toBeLessThan(i);
        const below = trace.spans.slice(i + 1, i + 1 + span.descendants);
        expect(below.every(({ depth }) => depth > span.depth)).toBe(true);
        expect(trace.spans[i + 1 + span.descendants]?.depth ?? 0).toBeLessThanOrEqual(span.depth);
      });
    }),
    { seed: 3, numRuns: 500 },
  );
});
