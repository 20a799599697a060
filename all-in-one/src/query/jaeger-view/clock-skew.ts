import { NO_PARENT } from '../../thrift/jaeger-model.js';
import { goDuration } from './go-text.js';
import { startDifference, type TraceNode } from './trace-nodes.js';

/** How a missing parent is told of, with its id. The two versions of Jaeger's API have two texts. */
export type MissingParentText = (parentID: string) => string;

interface Place {
  readonly node: TraceNode;
  readonly children: Place[];
  /** What the host's clock seems to be off by, in nanoseconds. */
  skew: number;
}

/**
 * Warns of spans that do not lie within their parents although they ran elsewhere, of parents that
 * are missing, and of ids that come twice. As Jaeger by default, it corrects no time.
 */
export function warnOfClockSkew(nodes: readonly TraceNode[], missing: MissingParentText): void {
  const places = placesById(nodes);
  const waiting: Place[] = [];
  for (const place of places.values()) {
    const { node } = place;
    const parent = node.parentID === NO_PARENT ? undefined : places.get(node.parentID);
    if (parent !== undefined) {
      parent.children.push(place);
      continue;
    }
    if (node.parentID !== NO_PARENT) node.warnings.push(missing(node.parentID));
    waiting.push(place);
  }
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    for (const child of place.children) {
      child.skew = skewOf(child.node, place);
      warn(child);
      waiting.push(child);
    }
  }
}

function placesById(nodes: readonly TraceNode[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const node of nodes) {
    if (places.has(node.spanID)) {
      node.warnings.push('duplicate span IDs; skipping clock skew adjustment');
    } else {
      places.set(node.spanID, { node, children: [], skew: 0 });
    }
  }
  return places;
}

/** Spans of one host have one clock: a child is off by what its parent is. */
function skewOf(child: TraceNode, { node: parent, skew }: Place): number {
  const isSameHost = child.hostKey === parent.hostKey && child.hostKey !== '';
  return isSameHost ? skew : skewBetween(parent, child);
}

function skewBetween(parent: TraceNode, child: TraceNode): number {
  const offset = startDifference(parent, child);
  const slack = parent.durationNanos - child.durationNanos;
  if (slack < 0) return offset < 0 ? -offset : 0;
  if (offset >= 0 && offset <= slack) return 0;
  // The way there and the way back are taken to be of one length.
  return Math.floor(slack / 2) - offset;
}

function warn({ node, skew }: Place): void {
  if (skew === 0) return;
  const delta = goDuration(skew);
  node.warnings.push(`clock skew adjustment disabled; not applying calculated delta of ${delta}`);
}
