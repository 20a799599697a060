import { getHeapStatistics } from 'node:v8';
import { HttpError } from '../../http/http-error.js';
import type { StoredTrace } from '../../store/stored-trace.js';

/** Memory on the heap that an answer takes per byte of a packed span: 6, measured with 0 to 60 tags. */
const HEAP_PER_PACKED_BYTE = 6;
/** Part of the heap that one answer may take; the store has most of the rest. */
const ANSWER_SHARE = 0.5;

/**
 * Why a trace cannot be answered: unpacking it would exceed V8's heap limit, which ends the process. Undefined if it
 * can.
 */
export function tooLargeToAnswer({ spans }: StoredTrace): string | undefined {
  const { heap_size_limit: limit } = getHeapStatistics();
  const packed = spans.reduce((sum, { start, end }) => sum + end - start, 0);
  if (HEAP_PER_PACKED_BYTE * packed <= ANSWER_SHARE * limit) return undefined;
  const mib = Math.round(limit / 1_048_576);
  return `the trace has ${spans.length} spans: too many to show with a heap limit of ${mib} MiB (NODE_OPTIONS=--max-old-space-size=N raises it)`;
}

/** Throws `HttpError` for a trace that cannot be answered. */
export function checkAnswerable(trace: StoredTrace): void {
  const problem = tooLargeToAnswer(trace);
  if (problem !== undefined) throw new HttpError(500, problem);
}
