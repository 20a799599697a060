import { describe, expect, test } from 'vitest';
import {
  buildForest,
  earliestRoot,
  type Forest,
  type SpanShape,
} from '../../../src/trace-shape/trace-forest.js';

/** A span `id < parent @start`, with ` server` for a server's. */
function shapeOf(text: string): SpanShape {
  const [, spanID, parentID, startTime, kind] = /^(\w+)(?: < (\w+))? @(\d+)( server)?$/.exec(text)!;
  return { spanID: spanID!, parentID, startTime: Number(startTime), isServer: kind !== undefined };
}

const forestOf = (...spans: string[]): Forest<string> => buildForest(spans, shapeOf);

/** The tops, with what detached them. */
const topsOf = ({ tops }: Forest<string>): string[] =>
  tops.map(({ span, detached }) => (detached === undefined ? span : `${span} ${detached}`));

const parentOf = ({ nodes }: Forest<string>, span: string): string | undefined =>
  nodes.find((node) => node.span === span)?.parent?.span;

test('roots, orphans and cut rings are the tops, by start time', () => {
  const forest = forestOf('a < b @3', 'b < a @4', 'root @5', 'child < root @1', 'lost < x @2');
  expect(topsOf(forest)).toEqual(['lost < x @2 missing', 'a < b @3 ring', 'root @5']);
  expect(forest.nodes.map(({ span }) => span)[0]).toBe('child < root @1');
});

describe('the span that names a trace', () => {
  test.each([
    [['a < a @1', 'lost < x @2', 'root @3', 'root2 @4'], 'root @3'],
    [['a < a @1', 'lost < x @2', 'lost2 < x @3'], 'lost < x @2'],
    [['b < b @2', 'a < a @1'], 'a < a @1'],
  ])('of %j is %s', (spans, root) => {
    expect(earliestRoot(forestOf(...spans).tops)?.span).toBe(root);
  });

  test('of no spans is none', () => {
    expect(earliestRoot(forestOf().tops)).toBeUndefined();
  });
});

test('a ring is cut at its earliest span, also where an earlier one hangs on it elsewhere', () => {
  const forest = forestOf('tail < c @0', 'b < a @1', 'c < b @2', 'a < c @3');
  expect(topsOf(forest)).toEqual(['b < a @1 ring']);
  expect(parentOf(forest, 'tail < c @0')).toBe('c < b @2');
});

describe('an id that comes twice', () => {
  test('is client and server: the server’s span is below the client’s, its children below it', () => {
    const forest = forestOf('x < r @2 server', 'x < r @1', 'r @0', 'inner < x @3');
    expect(parentOf(forest, 'x < r @2 server')).toBe('x < r @1');
    expect(parentOf(forest, 'x < r @1')).toBe('r @0');
    expect(parentOf(forest, 'inner < x @3')).toBe('x < r @2 server');
  });

  test('without a server: children are below the span that started last', () => {
    expect(parentOf(forestOf('x @1', 'x @2', 'inner < x @3'), 'inner < x @3')).toBe('x @2');
  });

  test('of two servers: children are below the one that started first', () => {
    const forest = forestOf('x @0', 'x @1 server', 'x @2 server', 'inner < x @3');
    expect(parentOf(forest, 'inner < x @3')).toBe('x @1 server');
    expect(parentOf(forest, 'x @2 server')).toBe('x @0');
  });
});
