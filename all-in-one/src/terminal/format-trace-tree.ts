import { printable } from './printable.js';
import type { JsonSpan, JsonTrace } from '../query/jaeger-view/jaeger-json.js';
import { isServerSpan, parentReference } from '../trace-shape/span-parent.js';
import {
  buildForest,
  type Detachment,
  earliestRoot,
  type SpanNode as Node,
  type SpanShape,
} from '../trace-shape/trace-forest.js';

/** Deeper levels are not indented further, so that a long chain keeps a readable width. */
const MAX_INDENTED_LEVELS = 32;

type SpanNode = Node<JsonSpan>;

const DETACHED: Readonly<Record<Detachment, string>> = {
  missing: 'parent did not arrive',
  ring: 'parent is below it',
};

interface Line {
  readonly node: SpanNode;
  readonly level: number;
  readonly indent: string;
  readonly isLast: boolean;
}

/**
 * Formats a trace from `collector.trace(id)` or Jaeger's API as text, one line per span: children below their
 * parent, siblings by start time. Returns an empty string for a trace without spans.
 *
 *     trace 000000000000002a: 3 spans, 1 service
 *     └─ checkout (shop) 12.4 ms, 2 tags
 *        ├─ reserve (shop) 3.1 ms, +200 µs
 *        └─ charge (shop) 8.7 ms, +3.4 ms, 1 log
 *
 * `+` is the start relative to the first span; it is negative if clocks differ. Spans without a place below
 * another span follow the roots, with the reason. The output is safe for a terminal: see `printable`.
 */
export function formatTraceTree(trace: JsonTrace): string {
  const { tops } = buildForest(trace.spans, shapeOf);
  const [first, ...others] = rootsFirst(tops);
  if (first === undefined) return '';
  const lines = [heading(trace)];
  const waiting = linesOf([first, ...others], 0, '');
  for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
    const { node, level, indent, isLast } = line;
    lines.push(`${indent}${isLast ? '└─ ' : '├─ '}${describe(node, first, trace)}`);
    const indented = level < MAX_INDENTED_LEVELS ? indent + (isLast ? '   ' : '│  ') : indent;
    for (const child of linesOf(node.children, level + 1, indented)) waiting.push(child);
  }
  return lines.join('\n');
}

/** The span that names a trace; undefined for no spans. */
export function rootSpan(spans: readonly JsonSpan[]): JsonSpan | undefined {
  return earliestRoot(buildForest(spans, shapeOf).tops)?.span;
}

/** Roots, then orphans, then what was cut from rings: `rootSpan` is the first one. */
function rootsFirst(tops: readonly SpanNode[]): SpanNode[] {
  const kinds = [undefined, 'missing', 'ring'] as const;
  return kinds.flatMap((kind) => tops.filter(({ detached }) => detached === kind));
}

function shapeOf({ traceID, spanID, references, startTime, tags }: JsonSpan): SpanShape {
  const parentID = parentReference(traceID, references)?.spanID;
  return { spanID, parentID, startTime, isServer: isServerSpan(tags) };
}

/** Lines of siblings in reverse order, for a stack. */
function linesOf(siblings: readonly SpanNode[], level: number, indent: string): Line[] {
  return siblings
    .map((node, i) => ({ node, level, indent, isLast: i === siblings.length - 1 }))
    .reverse();
}

function heading({ traceID, spans, processes }: JsonTrace): string {
  const services = new Set(Object.values(processes).map(({ serviceName }) => serviceName));
  return `trace ${printable(traceID)}: ${counted(spans.length, 'span')}, ${counted(services.size, 'service')}`;
}

function describe({ span, detached }: SpanNode, first: SpanNode, { processes }: JsonTrace): string {
  const service = processes[span.processID]?.serviceName ?? '';
  const facts = [
    `${printable(span.operationName)} (${printable(service)}) ${micros(span.duration)}`,
  ];
  const offset = span.startTime - first.span.startTime;
  if (span !== first.span) facts.push(`${offset < 0 ? '' : '+'}${micros(offset)}`);
  if (span.tags.length > 0) facts.push(counted(span.tags.length, 'tag'));
  if (span.logs.length > 0) facts.push(counted(span.logs.length, 'log'));
  if (detached !== undefined) facts.push(DETACHED[detached]);
  return facts.join(', ');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Microseconds in a readable unit, with up to two decimals. */
function micros(value: number): string {
  const size = Math.abs(value);
  if (size < 1_000) return `${value} µs`;
  if (size < 1_000_000) return `${Number((value / 1_000).toFixed(2))} ms`;
  return `${Number((value / 1_000_000).toFixed(2))} s`;
}
