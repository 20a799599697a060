import type { Span, Trace } from './trace.js';

/** The spans of one trace at one place. */
export interface Side {
  readonly count: number;
  /** The sum of their durations. */
  readonly totalMicros: number;
  readonly errorCount: number;
}

/** A place in the tree of two traces: a service and operation, below the same ones in both. */
export interface ComparedNode {
  readonly service: string;
  readonly operation: string;
  readonly depth: number;
  /** Nodes below it, at any depth: they follow it in the list. */
  readonly descendants: number;
  /** Undefined: there is none in that trace. */
  readonly a: Side | undefined;
  readonly b: Side | undefined;
}

interface Group {
  readonly depth: number;
  readonly a: readonly Span[];
  readonly b: readonly Span[];
}

/**
 * The structure of two traces as one tree, in its order. Spans of one trace that have the same service
 * and operation below the same parents are one node: twelve equal queries are one line with a count.
 */
export function compareTraces(a: Trace, b: Trace): ComparedNode[] {
  const nodes: ComparedNode[] = [];
  const isTop = ({ parent }: Span): boolean => parent === undefined;
  const waiting = groups(a.spans.filter(isTop), b.spans.filter(isTop), 0);
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    const { depth, a: inA, b: inB } = group;
    const first = (inA[0] ?? inB[0])!;
    nodes.push({
      service: first.process.service,
      operation: first.operation,
      depth,
      descendants: 0,
      a: sideOf(inA),
      b: sideOf(inB),
    });
    for (const below of groups(childrenOf(inA), childrenOf(inB), depth + 1)) waiting.push(below);
  }
  return withDescendants(nodes);
}

/** The last comes first, as a stack takes them. */
function groups(inA: readonly Span[], inB: readonly Span[], depth: number): Group[] {
  const byName = new Map<string, { depth: number; a: Span[]; b: Span[] }>();
  const add = (span: Span, side: 'a' | 'b'): void => {
    const name = `${span.process.service}\u0000${span.operation}`;
    let group = byName.get(name);
    if (group === undefined) byName.set(name, (group = { depth, a: [], b: [] }));
    group[side].push(span);
  };
  for (const span of inA) add(span, 'a');
  for (const span of inB) add(span, 'b');
  return [...byName.values()].reverse();
}

function childrenOf(spans: readonly Span[]): readonly Span[] {
  return spans.flatMap(({ children }) => children);
}

function sideOf(spans: readonly Span[]): Side | undefined {
  if (spans.length === 0) return undefined;
  return {
    count: spans.length,
    totalMicros: spans.reduce((sum, { durationMicros }) => sum + Math.max(0, durationMicros), 0),
    errorCount: spans.filter(({ isError }) => isError).length,
  };
}

function withDescendants(nodes: readonly ComparedNode[]): ComparedNode[] {
  const parents: (number | undefined)[] = [];
  const above: number[] = [];
  nodes.forEach(({ depth }, i) => {
    above.length = depth;
    parents.push(above.at(-1));
    above.push(i);
  });
  const counts = nodes.map(() => 0);
  // From the last to the first, each node is complete before its parent counts it.
  for (let i = nodes.length - 1; i >= 0; i--) {
    const parent = parents[i];
    if (parent !== undefined) counts[parent]! += counts[i]! + 1;
  }
  return nodes.map((node, i) => ({ ...node, descendants: counts[i]! }));
}

/** How the two sides of a node differ. */
export type Difference = 'only-a' | 'only-b' | 'slower' | 'faster' | 'same';

/** Durations of two runs always differ a little: below this ratio they are the same. */
const SAME_RATIO = 1.1;

/** B's duration over A's; undefined when one of them is missing or 0. */
export function ratio({ a, b }: ComparedNode): number | undefined {
  if (a === undefined || b === undefined || a.totalMicros === 0 || b.totalMicros === 0) {
    return undefined;
  }
  return b.totalMicros / a.totalMicros;
}

/** What to say about a node in a word. */
export function difference(node: ComparedNode): Difference {
  if (node.b === undefined) return 'only-a';
  if (node.a === undefined) return 'only-b';
  const of = ratio(node);
  if (of === undefined) return 'same';
  if (of >= SAME_RATIO) return 'slower';
  return of <= 1 / SAME_RATIO ? 'faster' : 'same';
}
