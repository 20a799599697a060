import type { Detachment, Span, SpanFacts, Tag } from './trace.js';

/** A span on its way into the tree. */
interface Node {
  readonly facts: SpanFacts;
  parent: Node | undefined;
  children: Node[];
  detached: Detachment | undefined;
}

/** Writable until the tree stands. */
type Growing = { -readonly [K in keyof Span]: Span[K] };

/**
 * Hangs the spans of one trace below their parents, and answers them in the order of the tree. Every
 * span is in the answer once, whatever the spans say: one whose parent is missing stands at the top,
 * and a ring of spans that are each other's ancestors is cut. Roots and detached spans come by start.
 */
export function growTree(facts: readonly SpanFacts[]): Span[] {
  const nodes = facts.map((fact): Node => ({
    facts: fact,
    parent: undefined,
    children: [],
    detached: undefined,
  }));
  nodes.sort(byStart);
  const byId = groupById(nodes);
  for (const node of nodes) {
    node.parent = parentOf(node, byId);
    node.parent?.children.push(node);
  }
  const tops = nodes.filter((node) => node.parent === undefined);
  return inTreeOrder([...tops, ...cutRings(nodes, tops)].sort(byStart));
}

function byStart(a: Node, b: Node): number {
  return a.facts.startMicros - b.facts.startMicros;
}

function groupById(nodes: readonly Node[]): Map<string, Node[]> {
  const byId = new Map<string, Node[]>();
  for (const node of nodes) {
    const same = byId.get(node.facts.spanId);
    if (same === undefined) byId.set(node.facts.spanId, [node]);
    else same.push(node);
  }
  return byId;
}

/** The parent, or where there is none, another span of this trace that it follows from. */
function parentOf(node: Node, byId: ReadonlyMap<string, readonly Node[]>): Node | undefined {
  const { spanId, references } = node.facts;
  const same = byId.get(spanId)!;
  // After Zipkin, client and server of a call share one span: the server's part hangs on the client's.
  if (same.length > 1 && isServer(node)) {
    const client = same.find((other) => other !== node && !isServer(other));
    if (client !== undefined) return client;
  }
  const inTrace = references.filter((reference) => byId.has(reference.spanId));
  const cause = inTrace.find(({ type }) => type === 'CHILD_OF') ?? inTrace[0];
  if (cause === undefined) {
    if (references.some(({ type }) => type === 'CHILD_OF')) node.detached = 'missing';
    return undefined;
  }
  const candidates = byId.get(cause.spanId)!;
  // Children were made inside the server's part.
  return candidates.find(isServer) ?? candidates[0];
}

function isServer({ facts }: Node): boolean {
  return facts.tags.some(({ key, value }: Tag) => key === 'span.kind' && value === 'server');
}

/** Cuts each ring at one of its spans, and returns those: all that hangs on no top hangs on a ring. */
function cutRings(nodes: readonly Node[], tops: readonly Node[]): Node[] {
  const reached = new Set<Node>();
  for (const top of tops) reach(top, reached);
  const cuts: Node[] = [];
  for (const node of nodes) {
    if (reached.has(node)) continue;
    const cut = earliestInRing(node);
    cut.parent!.children = cut.parent!.children.filter((child) => child !== cut);
    cut.parent = undefined;
    cut.detached = 'ring';
    cuts.push(cut);
    reach(cut, reached);
  }
  return cuts;
}

/** Marks all spans below a top. No recursion: a chain of spans may be longer than the call stack. */
function reach(top: Node, reached: Set<Node>): void {
  const waiting = [top];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    reached.add(node);
    for (const child of node.children) waiting.push(child);
  }
}

/** Follows the parents until one comes up twice: from there on it is the ring itself. */
function earliestInRing(start: Node): Node {
  const passed = new Set<Node>();
  let node = start;
  while (!passed.has(node)) {
    passed.add(node);
    node = node.parent!;
  }
  let earliest = node;
  for (let other = node.parent!; other !== node; other = other.parent!) {
    if (byStart(other, earliest) < 0) earliest = other;
  }
  return earliest;
}

function inTreeOrder(tops: readonly Node[]): Span[] {
  const spans: Growing[] = [];
  const waiting = tops
    .map((node) => ({ node, parent: undefined as Growing | undefined }))
    .reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, parent } = next;
    const span = placed(node, parent, spans.length);
    spans.push(span);
    if (parent !== undefined) (parent.children as Span[]).push(span);
    for (let i = node.children.length - 1; i >= 0; i--) {
      waiting.push({ node: node.children[i]!, parent: span });
    }
  }
  // From the last to the first, each span is complete before its parent counts it.
  for (let i = spans.length - 1; i >= 0; i--) {
    const { parent, descendants } = spans[i]!;
    if (parent !== undefined) (parent as Growing).descendants += descendants + 1;
  }
  return spans;
}

/** Field by field: a spread costs several times as much, which large traces show. */
function placed({ facts, detached }: Node, parent: Growing | undefined, index: number): Growing {
  return {
    spanId: facts.spanId,
    operation: facts.operation,
    process: facts.process,
    startMicros: facts.startMicros,
    durationMicros: facts.durationMicros,
    references: facts.references,
    tags: facts.tags,
    logs: facts.logs,
    serverWarnings: facts.serverWarnings,
    isError: facts.isError,
    index,
    parent,
    children: [],
    depth: parent === undefined ? 0 : parent.depth + 1,
    descendants: 0,
    detached,
  };
}
