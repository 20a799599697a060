import { expect, test } from 'vitest';
import { StoredTrace } from '../../../src/store/stored-trace.js';
import { TraceOrder } from '../../../src/store/trace-order.js';

const traces = (count: number): StoredTrace[] =>
  Array.from({ length: count }, (_, i) => new StoredTrace(String(i), i));

const sequences = (from: Iterable<StoredTrace>): number[] =>
  [...from].map(({ sequence }) => sequence);

test('the order is that of the pushes, from either end; the oldest leaves first', () => {
  const order = new TraceOrder();
  expect(order.shift()).toBeUndefined();
  for (const trace of traces(4)) order.push(trace);
  expect(order.shift()?.sequence).toBe(0);
  expect(sequences(order.oldestFirst())).toEqual([1, 2, 3]);
  expect(sequences(order.newestFirst())).toEqual([3, 2, 1]);
  order.clear();
  expect([sequences(order.newestFirst()), order.length, order.shift()]).toEqual([[], 0, undefined]);
});

test('the list is compacted: at most half of it, or 1024 slots, is empty', () => {
  const order = new TraceOrder();
  let kept = 0;
  let longest = 0;
  for (const trace of traces(20_000)) {
    order.push(trace);
    if (++kept > 100) {
      order.shift();
      kept--;
    }
    longest = Math.max(longest, order.length);
    expect(order.length).toBeLessThanOrEqual(kept + 1_024);
  }
  expect(longest).toBeGreaterThan(1_000); // and not moved for every trace
  expect(sequences(order.newestFirst())).toHaveLength(100);
  expect(order.shift()?.sequence).toBe(19_900);
});

test('a large list is compacted where half of it is empty, and not before', () => {
  const order = new TraceOrder();
  for (const trace of traces(10_000)) order.push(trace);
  for (let i = 0; i < 4_999; i++) order.shift();
  expect(order.length).toBe(10_000);
  order.shift();
  expect(order.length).toBe(5_000);
});

test.each(['newestFirst', 'oldestFirst'] as const)(
  '%s gives no trace twice while others leave',
  (direction) => {
    const order = new TraceOrder();
    for (const trace of traces(3_000)) order.push(trace);
    const given: number[] = [];
    for (const { sequence } of order[direction]()) {
      if (given.length === 100) for (let i = 0; i < 2_000; i++) order.shift();
      given.push(sequence);
    }
    expect(new Set(given).size).toBe(given.length);
    expect(given.length).toBeGreaterThanOrEqual(1_000);
  },
);
