/** An arrow between two nodes, which are numbered from 0. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
}

/** An arrow of a graph without rings. `isTurned`: it was the other way round. */
export interface DownArrow extends Arrow {
  readonly isTurned: boolean;
}

/** The arrows with those that close a ring turned round, and those to the node itself left out. */
export function withoutRings(nodeCount: number, arrows: readonly Arrow[]): DownArrow[] {
  const outgoing = targets(nodeCount, arrows);
  const incoming = new Set(arrows.filter(({ from, to }) => from !== to).map(({ to }) => to));
  // Nodes that nothing calls are where reading begins.
  const order = [...outgoing.keys()].sort(
    (a, b) => Number(incoming.has(a)) - Number(incoming.has(b)),
  );
  const closing = closingArrows(outgoing, order);
  return arrows
    .filter(({ from, to }) => from !== to)
    .map(({ from, to }) =>
      closing.has(key(from, to))
        ? { from: to, to: from, isTurned: true }
        : { from, to, isTurned: false },
    );
}

/** The arrows that lead back to a node on the way to it, found by going down from each node in turn. */
function closingArrows(outgoing: readonly number[][], order: readonly number[]): Set<string> {
  const closing = new Set<string>();
  const state = outgoing.map(() => 'new' as 'new' | 'on the way' | 'done');
  for (const start of order) {
    if (state[start] !== 'new') continue;
    const way = [{ node: start, next: 0 }];
    state[start] = 'on the way';
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      const target = outgoing[at.node]![at.next++];
      if (target === undefined) {
        state[at.node] = 'done';
        way.pop();
      } else if (state[target] === 'on the way') {
        closing.add(key(at.node, target));
      } else if (state[target] === 'new') {
        state[target] = 'on the way';
        way.push({ node: target, next: 0 });
      }
    }
  }
  return closing;
}

function key(from: number, to: number): string {
  return `${from} ${to}`;
}

function targets(nodeCount: number, arrows: readonly Arrow[]): number[][] {
  const outgoing: number[][] = Array.from({ length: nodeCount }, () => []);
  for (const { from, to } of arrows) outgoing[from]!.push(to);
  return outgoing;
}

/** The layer of each node: 0 for one without an incoming arrow, else one below the lowest that leads to it. */
export function assignLayers(nodeCount: number, arrows: readonly Arrow[]): number[] {
  const outgoing = targets(nodeCount, arrows);
  const waitingFor: number[] = Array.from({ length: nodeCount }, () => 0);
  for (const { to } of arrows) waitingFor[to]!++;
  const layers: number[] = Array.from({ length: nodeCount }, () => 0);
  const ready = [...outgoing.keys()].filter((node) => waitingFor[node] === 0);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    for (const target of outgoing[node]!) {
      layers[target] = Math.max(layers[target]!, layers[node]! + 1);
      if (--waitingFor[target]! === 0) ready.push(target);
    }
  }
  return layers;
}

/** A graph in layers, each arrow from one layer to the next. */
export interface Layered {
  /** Nodes by layer. Those from `nodeCount` on only carry an arrow through their layer. */
  readonly layers: number[][];
  /** Of each arrow the nodes that it passes, its ends included. */
  readonly ways: readonly (readonly number[])[];
}

/** Puts nodes into layers, and a helper node into each layer that a long arrow passes. */
export function layered(nodeCount: number, arrows: readonly Arrow[]): Layered {
  const layerOf = assignLayers(nodeCount, arrows);
  const layers: number[][] = [];
  const put = (node: number, layer: number): void => {
    (layers[layer] ??= []).push(node);
  };
  layerOf.forEach((layer, node) => put(node, layer));
  let next = nodeCount;
  const ways = arrows.map(({ from, to }) => {
    const way = [from];
    for (let layer = layerOf[from]! + 1; layer < layerOf[to]!; layer++) {
      put(next, layer);
      way.push(next++);
    }
    way.push(to);
    return way;
  });
  return { layers, ways };
}
