import { type Arrow, type DownArrow, layered, type Layered, withoutRings } from './graph-layers.js';

/** A point of the drawing, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where nodes stand and arrows run. */
export interface GraphLayout {
  /** The middle of each node. */
  readonly nodes: readonly Point[];
  /** Of each arrow between two nodes, the points it passes, in its direction. */
  readonly arrows: readonly { readonly index: number; readonly points: readonly Point[] }[];
  readonly width: number;
  readonly height: number;
}

/** Sizes of the drawing, in pixels. */
export interface GraphSizes {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Between layers. */
  readonly layerGap: number;
  /** Between nodes of a layer. */
  readonly nodeGap: number;
  /** `right`: layers from left to right; `down`: from top to bottom. */
  readonly direction: 'right' | 'down';
}

/** Rounds of putting each layer in order by its neighbours; more change nothing that is seen. */
const SWEEPS = 8;

/**
 * Draws a graph in layers: callers before those they call, few crossings, arrows as straight as they
 * go (after Sugiyama). Rings are allowed. The same input gives the same drawing.
 */
export function layoutGraph(
  nodeCount: number,
  arrows: readonly Arrow[],
  sizes: GraphSizes,
): GraphLayout {
  const indexes = [...arrows.keys()].filter((i) => arrows[i]!.from !== arrows[i]!.to);
  const down = withoutRings(nodeCount, arrows);
  const graph = layered(nodeCount, down);
  const neighbours = neighboursOf(graph);
  orderLayers(graph, neighbours);
  const across = spreadAcross(graph, neighbours, nodeCount, sizes);
  return drawing(nodeCount, indexes, down, graph, across, sizes);
}

interface Neighbours {
  readonly above: ReadonlyMap<number, readonly number[]>;
  readonly below: ReadonlyMap<number, readonly number[]>;
}

function neighboursOf({ ways }: Layered): Neighbours {
  const above = new Map<number, number[]>();
  const below = new Map<number, number[]>();
  const add = (map: Map<number, number[]>, from: number, to: number): void => {
    const known = map.get(from);
    if (known === undefined) map.set(from, [to]);
    else known.push(to);
  };
  for (const way of ways) {
    for (let i = 1; i < way.length; i++) {
      add(below, way[i - 1]!, way[i]!);
      add(above, way[i]!, way[i - 1]!);
    }
  }
  return { above, below };
}

function orderLayers({ layers }: Layered, { above, below }: Neighbours): void {
  const places = new Map<number, number>();
  const number = (layer: readonly number[]): void =>
    layer.forEach((node, place) => places.set(node, place));
  layers.forEach(number);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      const near = isDown ? above : below;
      const middle = new Map(layer.map((node) => [node, mean(near.get(node), places)]));
      layer.sort((a, b) => (middle.get(a) ?? places.get(a)!) - (middle.get(b) ?? places.get(b)!));
      number(layer);
    }
  }
}

function mean(
  nodes: readonly number[] | undefined,
  places: ReadonlyMap<number, number>,
): number | undefined {
  if (nodes === undefined) return undefined;
  return nodes.reduce((sum, node) => sum + places.get(node)!, 0) / nodes.length;
}

/** The place of each node across its layer: near its neighbours, without touching the next one. */
function spreadAcross(
  { layers }: Layered,
  { above, below }: Neighbours,
  nodeCount: number,
  sizes: GraphSizes,
): Map<number, number> {
  const extent = sizes.direction === 'right' ? sizes.nodeHeight : sizes.nodeWidth;
  const size = (node: number): number => (node < nodeCount ? extent : extent / 4);
  const across = new Map<number, number>();
  for (const layer of layers)
    pack(
      layer,
      layer.map(() => 0),
      size,
      sizes.nodeGap,
      across,
    );
  for (let sweep = 0; sweep < SWEEPS * 2; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      const near = isDown ? above : below;
      const wanted = layer.map((node) => mean(near.get(node), across) ?? across.get(node)!);
      pack(layer, wanted, size, sizes.nodeGap, across);
    }
  }
  return across;
}

/** As near to the wanted places as the order and the gaps allow. */
function pack(
  layer: readonly number[],
  wanted: readonly number[],
  size: (node: number) => number,
  gap: number,
  across: Map<number, number>,
): void {
  const distance = (i: number): number => (size(layer[i - 1]!) + size(layer[i]!)) / 2 + gap;
  // Blocks of nodes that touch stand together at the mean of what their nodes want.
  const blocks: { first: number; count: number; sum: number }[] = [];
  const offsets: number[] = [0];
  for (let i = 1; i < layer.length; i++) offsets.push(offsets[i - 1]! + distance(i));
  for (let i = 0; i < layer.length; i++) {
    let block = { first: i, count: 1, sum: wanted[i]! - offsets[i]! };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.sum / last.count < block.sum / block.count) break;
      blocks.pop();
      block = { first: last.first, count: last.count + block.count, sum: last.sum + block.sum };
    }
    blocks.push(block);
  }
  for (const { first, count, sum } of blocks) {
    for (let i = first; i < first + count; i++) across.set(layer[i]!, sum / count + offsets[i]!);
  }
}

function drawing(
  nodeCount: number,
  indexes: readonly number[],
  down: readonly DownArrow[],
  { layers, ways }: Layered,
  across: ReadonlyMap<number, number>,
  sizes: GraphSizes,
): GraphLayout {
  const isRight = sizes.direction === 'right';
  const [along, wide] = isRight
    ? [sizes.nodeWidth, sizes.nodeHeight]
    : [sizes.nodeHeight, sizes.nodeWidth];
  const values = [...across.values()];
  const low = values.reduce((best, value) => Math.min(best, value), values[0] ?? 0) - wide / 2;
  const high = values.reduce((best, value) => Math.max(best, value), values[0] ?? 0) + wide / 2;
  const points = new Map<number, Point>();
  layers.forEach((layer, depth) => {
    const main = along / 2 + depth * (along + sizes.layerGap);
    for (const node of layer) {
      const side = across.get(node)! - low;
      points.set(node, isRight ? { x: main, y: side } : { x: side, y: main });
    }
  });
  const length = layers.length * (along + sizes.layerGap) - sizes.layerGap;
  const [width, height] = isRight ? [length, high - low] : [high - low, length];
  const arrows = ways.map((way, i) => {
    const passed = way.map((node) => points.get(node)!);
    return { index: indexes[i]!, points: down[i]!.isTurned ? passed.reverse() : passed };
  });
  const nodes = Array.from({ length: nodeCount }, (_, node) => points.get(node)!);
  return { nodes, arrows, width, height };
}
