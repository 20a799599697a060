import { createHash } from 'node:crypto';

/*
 * Imported files may have ids that are not hex, such as `trace-1`. The store needs hex: such an id becomes a hash of
 * its text, the same in each file, and the text is kept as a tag of the span.
 */

/** Tags of an imported span with the texts of its ids, if they are not hex. */
export const IMPORTED_TRACE_ID = 'imported.trace_id';
export const IMPORTED_SPAN_ID = 'imported.span_id';

const SPAN_ID_DIGITS = 16;
const TRACE_ID_DIGITS = 32;

/** A trace id in the store's form, for an id that is not hex. */
export function hashedTraceId(text: string): string {
  return hashed(text, TRACE_ID_DIGITS);
}

/** A span id for an id that is not hex. */
export function hashedSpanId(text: string): string {
  return hashed(text, SPAN_ID_DIGITS);
}

function hashed(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}
