import { describe, expect, test } from 'vitest';
import {
  compareTraces,
  type ComparedNode,
  difference,
  ratio,
} from '../../../src/page/model/compare-traces.js';
import { type SmallSpan, smallTrace } from './small-trace.js';

function compared(a: readonly SmallSpan[], b: readonly SmallSpan[]): ComparedNode[] {
  return compareTraces(smallTrace(a), smallTrace(b));
}

function outline(nodes: readonly ComparedNode[]): string[] {
  return nodes.map((node) => `${'  '.repeat(node.depth)}${node.operation} ${difference(node)}`);
}

const root = { id: 'root', duration: 100 };

test('the same trace is alike everywhere', () => {
  const spans = [root, { id: 'a', parent: 'root', start: 1, duration: 50 }];
  const nodes = compared(spans, spans);
  expect(outline(nodes)).toEqual(['root same', '  a same']);
  expect(nodes.map(({ descendants }) => descendants)).toEqual([1, 0]);
});

test('what is in one only stands at its place, with what is below', () => {
  const nodes = compared(
    [root, { id: 'a', parent: 'root', start: 1 }, { id: 'a1', parent: 'a', start: 2 }],
    [root, { id: 'b', parent: 'root', start: 1 }],
  );
  expect(outline(nodes)).toEqual(['root same', '  a only-a', '    a1 only-a', '  b only-b']);
});

test('equal calls below the same parent are one node with a count and their durations added', () => {
  const query = (id: string, start: number): SmallSpan => ({
    id,
    parent: 'root',
    operation: 'query',
    start,
    duration: 10,
  });
  const nodes = compared([root, query('1', 1), query('2', 20)], [root, query('3', 1)]);
  expect(nodes[1]).toMatchObject({
    operation: 'query',
    a: { count: 2, totalMicros: 20 },
    b: { count: 1, totalMicros: 10 },
  });
  expect(outline(nodes)).toEqual(['root same', '  query faster']);
});

test('the same operation of another service is another node', () => {
  const nodes = compared(
    [root, { id: 'x', parent: 'root', service: 'one', operation: 'get', start: 1 }],
    [root, { id: 'x', parent: 'root', service: 'two', operation: 'get', start: 1 }],
  );
  expect(outline(nodes)).toEqual(['root same', '  get only-a', '  get only-b']);
});

describe('durations', () => {
  test.each([
    [100, 100, 'same', 1],
    [100, 109, 'same', 1.09],
    [100, 111, 'slower', 1.11],
    [100, 50, 'faster', 0.5],
    [0, 50, 'same', undefined],
  ])('%i against %i is %s', (a, b, name, of) => {
    const [node] = compared([{ id: 'r', duration: a }], [{ id: 'r', duration: b }]);
    expect([difference(node!), ratio(node!)]).toEqual([name, of]);
  });
});

test('errors are counted on both sides', () => {
  const failed = { id: 'r', tags: { error: true } };
  const [node] = compared([failed], [{ id: 'r' }]);
  expect([node!.a!.errorCount, node!.b!.errorCount]).toEqual([1, 0]);
});

test('two chains of 12,000 spans are compared', () => {
  const chain = Array.from({ length: 12_000 }, (_, i): SmallSpan => ({
    id: `s${i}`,
    start: i,
    ...(i > 0 && { parent: `s${i - 1}` }),
  }));
  const nodes = compared(chain, chain);
  expect(nodes.length).toBe(12_000);
  expect(nodes[0]!.descendants).toBe(11_999);
});
