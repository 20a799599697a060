import { readTrace } from '../../../src/page/model/read-trace.js';
import type { Span, Trace } from '../../../src/page/model/trace.js';

/** A span in a line. Times in microseconds from the trace's start. */
export interface SmallSpan {
  readonly id: string;
  readonly parent?: string;
  readonly start?: number;
  readonly duration?: number;
  readonly service?: string;
  readonly operation?: string;
  readonly follows?: string;
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly logs?: readonly {
    readonly at: number;
    readonly fields: Readonly<Record<string, unknown>>;
  }[];
}

/** Where small traces begin, microseconds since the Unix epoch. */
export const ORIGIN = 1_700_000_000_000_000;

/** A trace as the server would answer it. */
export function smallJson(spans: readonly SmallSpan[]): unknown {
  const services = [...new Set(spans.map(({ service }) => service ?? 'shop'))];
  const traceID = '00000000000000aa';
  return {
    traceID,
    spans: spans.map((span) => ({
      traceID,
      spanID: span.id,
      operationName: span.operation ?? span.id,
      references: [
        ...(span.parent === undefined
          ? []
          : [{ refType: 'CHILD_OF', traceID, spanID: span.parent }]),
        ...(span.follows === undefined
          ? []
          : [{ refType: 'FOLLOWS_FROM', traceID, spanID: span.follows }]),
      ],
      startTime: ORIGIN + (span.start ?? 0),
      duration: span.duration ?? 1,
      tags: tags(span.tags),
      logs: (span.logs ?? []).map(({ at, fields }) => ({
        timestamp: ORIGIN + at,
        fields: tags(fields),
      })),
      processID: `p${services.indexOf(span.service ?? 'shop')}`,
      warnings: null,
    })),
    processes: Object.fromEntries(
      services.map((serviceName, i) => [`p${i}`, { serviceName, tags: tags({ hostname: 'h1' }) }]),
    ),
    warnings: null,
  };
}

function tags(values: Readonly<Record<string, unknown>> = {}): unknown[] {
  return Object.entries(values).map(([key, value]) => ({ key, type: 'string', value }));
}

/** The same, read. */
export function smallTrace(spans: readonly SmallSpan[]): Trace {
  return readTrace(smallJson(spans))!;
}

/** The span with that id. */
export function spanOf(trace: Trace, id: string): Span {
  return trace.spans.find(({ spanId }) => spanId === id)!;
}

/** The tree as text: an id behind two spaces per level. */
export function outline(trace: Trace): string[] {
  return trace.spans.map(({ depth, spanId }) => '  '.repeat(depth) + spanId);
}
