import type { JsonSpan } from '../query/jaeger-view/jaeger-json.js';

/** A span's place among the spans of its trace. */
export interface SpanNode {
  readonly span: JsonSpan;
  /** By start time. */
  children: SpanNode[];
  parent: SpanNode | undefined;
  /** Why it stands at the top although it names a parent. */
  detached: 'parent did not arrive' | 'parent is below it' | undefined;
}

/**
 * Hangs the spans of one trace below their parents. Every span is in the answer once, whatever the
 * spans say: one whose parent is missing stands at the top, and a ring of spans that are each
 * other's ancestors is cut. Roots come first, then the detached; each by start time.
 */
export function buildForest(spans: readonly JsonSpan[]): SpanNode[] {
  const nodes = spans.map((span): SpanNode => ({
    span,
    children: [],
    parent: undefined,
    detached: undefined,
  }));
  nodes.sort((a, b) => a.span.startTime - b.span.startTime);
  // Where client and server share one span id, children hang on the later one: the server's.
  const byId = new Map(nodes.map((node) => [node.span.spanID, node]));
  const roots: SpanNode[] = [];
  const detached: SpanNode[] = [];
  for (const node of nodes) {
    const parentId = parentIdOf(node.span);
    node.parent = parentId === undefined ? undefined : byId.get(parentId);
    if (node.parent !== undefined) {
      node.parent.children.push(node);
    } else if (parentId === undefined) {
      roots.push(node);
    } else {
      node.detached = 'parent did not arrive';
      detached.push(node);
    }
  }
  const tops = [...roots, ...detached];
  return [...tops, ...cutRings(nodes, tops)];
}

/** The parent, or where there is none, another span of this trace that it depends on. */
function parentIdOf(span: JsonSpan): string | undefined {
  const inTrace = span.references.filter(({ traceID }) => traceID === span.traceID);
  const cause = inTrace.find(({ refType }) => refType === 'CHILD_OF') ?? inTrace[0];
  return cause?.spanID;
}

/** Cuts each ring at one of its spans, and returns those: all that hangs on no top hangs on a ring. */
function cutRings(nodes: readonly SpanNode[], tops: readonly SpanNode[]): SpanNode[] {
  const reached = new Set<SpanNode>();
  for (const top of tops) reach(top, reached);
  const cuts: SpanNode[] = [];
  for (const node of nodes) {
    if (reached.has(node)) continue;
    const cut = ringAbove(node);
    cut.parent!.children = cut.parent!.children.filter((child) => child !== cut);
    cut.parent = undefined;
    cut.detached = 'parent is below it';
    cuts.push(cut);
    reach(cut, reached);
  }
  return cuts;
}

/** Marks all spans below a top. No recursion: a chain of spans may be longer than the call stack. */
function reach(top: SpanNode, reached: Set<SpanNode>): void {
  const waiting = [top];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    reached.add(node);
    for (const child of node.children) waiting.push(child);
  }
}

/** The first span that comes up twice on the way to the parents of a span that hangs on no top. */
function ringAbove(start: SpanNode): SpanNode {
  const passed = new Set<SpanNode>();
  let node = start;
  while (!passed.has(node)) {
    passed.add(node);
    node = node.parent!;
  }
  return node;
}
