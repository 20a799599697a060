import { isServerSpan } from '../../trace-shape/span-parent.js';
import { buildForest, type SpanNode, type SpanShape } from '../../trace-shape/trace-forest.js';
import type { Span, SpanFacts } from './trace.js';

/** Writable until the tree stands. */
type Growing = { -readonly [K in keyof Span]: Span[K] };

/**
 * The spans of one trace in the order of their tree: see `buildForest`. Roots and detached spans come by
 * start time, as the bars of a timeline do.
 */
export function growTree(facts: readonly SpanFacts[]): Span[] {
  return inTreeOrder(buildForest(facts, shapeOf).tops);
}

function shapeOf({ spanId, parentReference, startMicros, tags }: SpanFacts): SpanShape {
  const parentID = parentReference?.spanID;
  return { spanID: spanId, parentID, startTime: startMicros, isServer: isServerSpan(tags) };
}

function inTreeOrder(tops: readonly SpanNode<SpanFacts>[]): Span[] {
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
function placed(
  { span: facts, detached }: SpanNode<SpanFacts>,
  parent: Growing | undefined,
  index: number,
): Growing {
  return {
    spanId: facts.spanId,
    operation: facts.operation,
    process: facts.process,
    startMicros: facts.startMicros,
    durationMicros: facts.durationMicros,
    references: facts.references,
    parentReference: facts.parentReference,
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
