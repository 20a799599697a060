/** What the tree needs to know about a span. */
export interface SpanShape {
  readonly spanID: string;
  /** The span id that `parentReference` found; undefined for a root span. */
  readonly parentID: string | undefined;
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  readonly isServer: boolean;
}

/**
 * Why a span is at the top although it names a parent. `missing`: the parent has not arrived (the span is
 * an orphan). `ring`: the parent is the span itself or one of its descendants.
 */
export type Detachment = 'missing' | 'ring';

/** A span in its place in the trace. */
export interface SpanNode<T> {
  readonly span: T;
  readonly shape: SpanShape;
  /** By start time. */
  readonly children: SpanNode<T>[];
  parent: SpanNode<T> | undefined;
  detached: Detachment | undefined;
}

/** The spans of a trace as trees. */
export interface Forest<T> {
  /** Every span once, by start time. */
  readonly nodes: readonly SpanNode<T>[];
  /** The spans without a parent: roots and detached spans, by start time. */
  readonly tops: readonly SpanNode<T>[];
}

/**
 * Places each span of one trace below its parent. Every span is in the result exactly once. An orphan is
 * a top; each ring is cut at its earliest span, which becomes a top.
 *
 * A span id may occur more than once. Zipkin's client and server of a call share one id: the server's
 * span is then a child of the client's, and spans that name this id are children of the server's span.
 * Without a `span.kind` the span that starts last is taken for the server's.
 *
 * Spans with equal start times keep the order of `spans`.
 */
export function buildForest<T>(spans: readonly T[], shapeOf: (span: T) => SpanShape): Forest<T> {
  const nodes = spans.map((span): SpanNode<T> => ({
    span,
    shape: shapeOf(span),
    children: [],
    parent: undefined,
    detached: undefined,
  }));
  nodes.sort(byStart);
  const byId = groupById(nodes);
  for (const node of nodes) {
    node.parent = parentOf(node, byId);
    node.parent?.children.push(node);
    if (node.parent === undefined && node.shape.parentID !== undefined) node.detached = 'missing';
  }
  const tops = nodes.filter(({ parent }) => parent === undefined);
  if (withDescendants(tops).length === nodes.length) return { nodes, tops };
  return { nodes, tops: [...tops, ...cutRings(nodes, tops)].sort(byStart) };
}

/**
 * The span that names the trace in a list or a heading, chosen from the tops by start time: the earliest
 * root, else the earliest orphan, else the earliest span at which a ring was cut. Undefined for no tops.
 */
export function earliestRoot<T extends { readonly detached: Detachment | undefined }>(
  tops: readonly T[],
): T | undefined {
  return (
    tops.find(({ detached }) => detached === undefined) ??
    tops.find(({ detached }) => detached === 'missing') ??
    tops[0]
  );
}

function byStart<T>(a: SpanNode<T>, b: SpanNode<T>): number {
  return a.shape.startTime - b.shape.startTime;
}

/** The spans that share one id. */
interface SameId<T> {
  /** The first span that is not a server's. */
  client: SpanNode<T> | undefined;
  /** The first span that is a server's. */
  server: SpanNode<T> | undefined;
  last: SpanNode<T>;
}

function groupById<T>(nodes: readonly SpanNode<T>[]): Map<string, SameId<T>> {
  const byId = new Map<string, SameId<T>>();
  for (const node of nodes) {
    const { spanID, isServer } = node.shape;
    let same = byId.get(spanID);
    if (same === undefined) {
      same = { client: undefined, server: undefined, last: node };
      byId.set(spanID, same);
    }
    if (isServer) same.server ??= node;
    else same.client ??= node;
    same.last = node;
  }
  return byId;
}

function parentOf<T>(
  node: SpanNode<T>,
  byId: ReadonlyMap<string, SameId<T>>,
): SpanNode<T> | undefined {
  const { spanID, parentID, isServer } = node.shape;
  const client = isServer ? byId.get(spanID)!.client : undefined;
  if (client !== undefined) return client;
  const named = parentID === undefined ? undefined : byId.get(parentID);
  return named?.server ?? named?.last;
}

/** Cuts each ring at one span and returns these spans. A span that hangs on no top hangs on a ring. */
function cutRings<T>(nodes: readonly SpanNode<T>[], tops: readonly SpanNode<T>[]): SpanNode<T>[] {
  const reached = new Set(withDescendants(tops));
  const cuts: SpanNode<T>[] = [];
  for (const node of nodes) {
    if (reached.has(node)) continue;
    const cut = earliestInRing(node);
    const siblings = cut.parent!.children;
    siblings.splice(siblings.indexOf(cut), 1);
    cut.parent = undefined;
    cut.detached = 'ring';
    cuts.push(cut);
    for (const below of withDescendants([cut])) reached.add(below);
  }
  return cuts;
}

/** Without recursion: a chain of spans may be longer than the call stack. */
function withDescendants<T>(tops: readonly SpanNode<T>[]): SpanNode<T>[] {
  const all = [...tops];
  for (let i = 0; i < all.length; i++) {
    for (const child of all[i]!.children) all.push(child);
  }
  return all;
}

/** Follows the parents until a span comes up twice: that span is on the ring. */
function earliestInRing<T>(start: SpanNode<T>): SpanNode<T> {
  const passed = new Set<SpanNode<T>>();
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
