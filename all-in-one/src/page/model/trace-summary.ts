import { counted, formatCount } from './format.js';
import { field, list, number, text } from './json.js';
import type { ServiceUse } from './trace.js';

/** A trace in a line. */
export interface TraceSummary {
  readonly traceId: string;
  /** Of its first root, or where that did not arrive, of its first span. */
  readonly service: string;
  readonly operation: string;
  /** Microseconds since the Unix epoch. */
  readonly startMicros: number;
  readonly durationMicros: number;
  readonly spanCount: number;
  readonly errorCount: number;
  /** Spans whose parent has not arrived. */
  readonly orphanCount: number;
  readonly services: readonly ServiceUse[];
}

/** A `Summary` of the server; undefined of JSON that names no trace. */
export function readSummary(json: unknown): TraceSummary | undefined {
  const traceId = text(field(json, 'traceID'));
  if (traceId === '') return undefined;
  return {
    traceId,
    service: text(field(json, 'rootServiceName')),
    operation: text(field(json, 'rootOperationName')),
    startMicros: number(field(json, 'startTime')),
    durationMicros: number(field(json, 'duration')),
    spanCount: number(field(json, 'spanCount')),
    errorCount: number(field(json, 'errorCount')),
    orphanCount: number(field(json, 'orphanCount')),
    services: list(field(json, 'services')).map((use) => ({
      service: text(field(use, 'name')),
      spanCount: number(field(use, 'spanCount')),
      errorCount: number(field(use, 'errorCount')),
    })),
  };
}

/** The answer of `/api/summaries`. */
export function readSummaries(json: unknown): TraceSummary[] {
  return list(field(json, 'data'))
    .map(readSummary)
    .filter((summary) => summary !== undefined);
}

/** Found traces: those that were asked for, and the number of all that match. */
export interface FoundTraces {
  readonly summaries: readonly TraceSummary[];
  readonly total: number;
}

/** The answer of `/api/summaries`, with the number of all traces that match. */
export function readFound(json: unknown): FoundTraces {
  const summaries = readSummaries(json);
  return { summaries, total: Math.max(number(field(json, 'total')), summaries.length) };
}

/** `20 of 204 traces`, or `3 traces` if these are all. */
export function foundTitle({ summaries, total }: FoundTraces): string {
  if (total === summaries.length) return counted(total, 'trace');
  return `${formatCount(summaries.length)} of ${counted(total, 'trace')}`;
}

/** The ways in which found traces can be put in order. */
export const ORDERS = {
  recent: 'most recent',
  longest: 'longest',
  shortest: 'shortest',
  most: 'most spans',
  fewest: 'fewest spans',
} as const;

/** One of `ORDERS`. */
export type Order = keyof typeof ORDERS;

const COMPARE: Record<Order, (a: TraceSummary, b: TraceSummary) => number> = {
  recent: (a, b) => b.startMicros - a.startMicros,
  longest: (a, b) => b.durationMicros - a.durationMicros,
  shortest: (a, b) => a.durationMicros - b.durationMicros,
  most: (a, b) => b.spanCount - a.spanCount,
  fewest: (a, b) => a.spanCount - b.spanCount,
};

/** A new list in that order. */
export function sortSummaries(summaries: readonly TraceSummary[], order: Order): TraceSummary[] {
  return [...summaries].sort(COMPARE[order]);
}

/** How many traces the live tail keeps. */
export const MAX_TAIL = 200;

/** The tail with one more summary on top. A trace that grew stays where it is, with its new figures. */
export function addToTail(
  tail: readonly TraceSummary[],
  summary: TraceSummary,
): readonly TraceSummary[] {
  if (!tail.some(({ traceId }) => traceId === summary.traceId)) {
    return [summary, ...tail].slice(0, MAX_TAIL);
  }
  return tail.map((known) => (known.traceId === summary.traceId ? summary : known));
}
