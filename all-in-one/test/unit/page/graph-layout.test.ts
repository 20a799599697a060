import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrowMiddle, arrowPath } from '../../../src/page/model/arrow-path.js';
import { assignLayers, withoutRings } from '../../../src/page/model/graph-layers.js';
import { layoutGraph, type GraphSizes } from '../../../src/page/model/graph-layout.js';
import {
  busiestCalls,
  readDependencies,
  servicesOf,
} from '../../../src/page/model/service-graph.js';

const SIZES: GraphSizes = {
  nodeWidth: 100,
  nodeHeight: 30,
  layerGap: 50,
  nodeGap: 10,
  direction: 'right',
};

const arrow = (from: number, to: number): { from: number; to: number } => ({ from, to });

describe('a layout', () => {
  test('puts callers before those they call', () => {
    const { nodes, width, height } = layoutGraph(3, [arrow(0, 1), arrow(1, 2), arrow(0, 2)], SIZES);
    expect(nodes.map(({ x }) => x)).toEqual([50, 200, 350]);
    expect(width).toBe(400);
    expect(height).toBeLessThan(80);
  });

  test('turns to run downwards', () => {
    const { nodes } = layoutGraph(2, [arrow(0, 1)], { ...SIZES, direction: 'down' });
    expect(nodes).toEqual([
      { x: 50, y: 15 },
      { x: 50, y: 95 },
    ]);
  });

  test('does not cross arrows that need not', () => {
    const { nodes } = layoutGraph(4, [arrow(0, 3), arrow(1, 2)], SIZES);
    const isFirstAbove = nodes[0]!.y < nodes[1]!.y;
    expect(nodes[3]!.y < nodes[2]!.y).toBe(isFirstAbove);
  });

  test('draws a ring with one arrow against the stream', () => {
    const { arrows, nodes } = layoutGraph(3, [arrow(0, 1), arrow(1, 2), arrow(2, 0)], SIZES);
    const back = arrows.find(({ index }) => index === 2)!;
    expect(back.points[0]).toEqual(nodes[2]);
    expect(back.points.at(-1)).toEqual(nodes[0]);
  });

  test('has no arrow for calls of a service to itself', () => {
    expect(layoutGraph(1, [arrow(0, 0)], SIZES).arrows).toEqual([]);
  });

  test('of nothing is empty', () => {
    expect(layoutGraph(0, [], SIZES).nodes).toEqual([]);
  });
});

const anyArrows = fc.array(fc.record({ from: fc.nat(8), to: fc.nat(8) }), { maxLength: 25 });

test('in any graph each arrow goes from its one node to the other, and no nodes overlap', () => {
  fc.assert(
    fc.property(anyArrows, fc.constantFrom('right', 'down' as const), (arrows, direction) => {
      const {
        nodes,
        arrows: drawn,
        width,
        height,
      } = layoutGraph(9, arrows, { ...SIZES, direction });
      expect(drawn.length).toBe(arrows.filter(({ from, to }) => from !== to).length);
      for (const { index, points } of drawn) {
        expect(points[0]).toEqual(nodes[arrows[index]!.from]);
        expect(points.at(-1)).toEqual(nodes[arrows[index]!.to]);
      }
      nodes.forEach((a, i) => {
        expect(a.x >= 50 - 1e-6 && a.x <= width - 50 + 1e-6).toBe(true);
        expect(a.y >= 15 - 1e-6 && a.y <= height - 15 + 1e-6).toBe(true);
        for (const b of nodes.slice(i + 1)) {
          const isApart = Math.abs(a.x - b.x) >= 100 - 1e-6 || Math.abs(a.y - b.y) >= 30 - 1e-6;
          expect(isApart).toBe(true);
        }
      });
    }),
    { seed: 11, numRuns: 300 },
  );
});

test('without its rings every arrow leads to a later layer', () => {
  fc.assert(
    fc.property(anyArrows, (arrows) => {
      const down = withoutRings(9, arrows);
      const layers = assignLayers(9, down);
      for (const { from, to } of down) expect(layers[from]!).toBeLessThan(layers[to]!);
    }),
    { seed: 12 },
  );
});

test('calls are added up, the busiest first, and those of nobody left out', () => {
  const { calls, ownCalls } = readDependencies({
    data: [
      { parent: 'a', child: 'b', callCount: 2 },
      { parent: 'b', child: 'c', callCount: 9 },
      { parent: 'a', child: 'b', callCount: 3 },
      { parent: '', child: 'b', callCount: 3 },
      { parent: 'a', child: 'a', callCount: 30 },
      { parent: 'alone', child: 'alone', callCount: 4 },
      'nonsense',
    ],
  });
  expect(calls).toEqual([
    { parent: 'b', child: 'c', count: 9 },
    { parent: 'a', child: 'b', count: 5 },
  ]);
  expect(ownCalls).toBe(34);
  expect(servicesOf(calls)).toEqual(['b', 'c', 'a']);
  expect(busiestCalls(calls, 2)).toEqual([calls[0]]);
});

describe('an arrow', () => {
  const way = [
    { x: 50, y: 10 },
    { x: 150, y: 40 },
    { x: 250, y: 20 },
  ];

  test('leaves and arrives at the borders, straight on, and bends between', () => {
    expect(arrowPath(way, 'right', 20)).toBe('M70 10C110 10 110 40 150 40C190 40 190 20 230 20');
    expect(arrowPath([...way].reverse(), 'right', 20)).toMatch(/^M230 20C.* 70 10$/);
    expect(arrowPath(way, 'down', 5)).toMatch(/^M50 15C50 27.5 150 27.5 150 40C.* 250 15$/);
  });

  test('has its number in the middle', () => {
    expect(arrowMiddle(way)).toEqual({ x: 150, y: 40 });
    expect(arrowMiddle(way.slice(1))).toEqual({ x: 200, y: 30 });
  });
});
