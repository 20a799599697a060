import { NO_PARENT } from '../../thrift/jaeger-model.js';
import { goDuration } from './go-text.js';
import { startDifference, type TraceNode } from './trace-nodes.js';

/** Text of the warning for a missing parent. Jaeger's two APIs have two texts. */
export type MissingParentText = (parentID: string) => string;

interface Place {
  readonly node: TraceNode;
  readonly children: Place[];
  /** Estimated offset of the host's clock, in nanoseconds. */
  skew: number;
}

/**
 * Adds Jaeger's warnings for spans of another host outside the time of their parents, for missing parents, and for
 * duplicate ids. As in Jaeger by default, no time is changed. The algorithm is Jaeger's, rings and duplicate ids
 * included: it does not use trace-shape.
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

/** Spans of one host share one clock: a child has the offset of its parent. */
function skewOf(child: TraceNode, { node: parent, skew }: Place): number {
  const isSameHost = child.hostKey === parent.hostKey && child.hostKey !== '';
  return isSameHost ? skew : skewBetween(parent, child);
}

function skewBetween(parent: TraceNode, child: TraceNode): number {
  const offset = startDifference(parent, child);
  const slack = parent.durationNanos - child.durationNanos;
  if (slack < 0) return offset < 0 ? -offset : 0;
  if (offset >= 0 && offset <= slack) return 0;
  // Assumes equal network times in both directions.
  return Math.floor(slack / 2) - offset;
}

function warn({ node, skew }: Place): void {
  if (skew === 0) return;
  const delta = goDuration(skew);
  node.warnings.push(`clock skew adjustment disabled; not applying calculated delta of ${delta}`);
}
