// A trace as the page works with it. Made by `readTrace`; nothing in it changes afterwards.

import type { SpanReference } from '../../trace-shape/span-parent.js';
import { type Detachment, earliestRoot } from '../../trace-shape/trace-forest.js';

/** A key and its value; the value as text, whatever its type was. */
export interface Tag {
  readonly key: string;
  readonly value: string;
  /** `string`, `bool`, `int64`, `float64`, `binary` (base64), as the server names it; else empty. */
  readonly type: string;
}

/** What was logged at one moment. */
export interface Log {
  /** Microseconds since the Unix epoch. */
  readonly timeMicros: number;
  readonly fields: readonly Tag[];
}

/** Who reported a span. */
export interface Process {
  readonly service: string;
  readonly tags: readonly Tag[];
}

/** A span as the server answered it, before it has a place in the tree. */
export interface SpanFacts {
  /** Hex digits, as text. Two spans may share one (client and server of a call, after Zipkin). */
  readonly spanId: string;
  readonly operation: string;
  readonly process: Process;
  /** Microseconds since the Unix epoch. */
  readonly startMicros: number;
  /** Microseconds. May be 0, and below it when the sender's clock was set back. */
  readonly durationMicros: number;
  readonly references: readonly SpanReference[];
  /** The one of `references` that names its parent. */
  readonly parentReference: SpanReference | undefined;
  readonly tags: readonly Tag[];
  readonly logs: readonly Log[];
  /** What the server found wrong. */
  readonly serverWarnings: readonly string[];
  readonly isError: boolean;
}

/** A span in its place. */
export interface Span extends SpanFacts {
  /** Its place in `Trace.spans`. Identifies it: span ids may repeat. */
  readonly index: number;
  readonly parent: Span | undefined;
  /** By start time. */
  readonly children: readonly Span[];
  /** 0 for a root. */
  readonly depth: number;
  /** Spans below it at any depth: they follow it in `Trace.spans`. */
  readonly descendants: number;
  /** Why it stands at the top although it names a parent. */
  readonly detached: Detachment | undefined;
}

/** A service, and how much of a trace is its. */
export interface ServiceUse {
  readonly service: string;
  readonly spanCount: number;
  readonly errorCount: number;
}

/** All that is known of one request. */
export interface Trace {
  readonly traceId: string;
  /** Every span once, in the order of the tree: parents before children, siblings by start time. */
  readonly spans: readonly Span[];
  /** In the order in which they first appear. */
  readonly services: readonly ServiceUse[];
  /** The earliest start, microseconds since the Unix epoch. */
  readonly startMicros: number;
  /** From the earliest start to the latest end. */
  readonly durationMicros: number;
  readonly errorCount: number;
  /** Levels of the tree; 1 for a single span. */
  readonly depth: number;
  /** What the server found wrong with the whole. */
  readonly serverWarnings: readonly string[];
}

/** The tag with the text of an imported trace id that is not hex. */
export const IMPORTED_TRACE_ID = 'imported.trace_id';

/** The trace id to show: an imported one as it was in the file. */
export function shownTraceId({ traceId, spans }: Trace): string {
  return spans[0]?.tags.find(({ key }) => key === IMPORTED_TRACE_ID)?.value ?? traceId;
}

/** When a span ended: its start where its duration is negative. */
export function endMicros(span: SpanFacts): number {
  return span.startMicros + Math.max(0, span.durationMicros);
}

/** The span that names the trace. The list of traces shows the same span. */
export function rootOf(trace: Trace): Span {
  return earliestRoot(trace.spans.filter(({ parent }) => parent === undefined))!;
}
