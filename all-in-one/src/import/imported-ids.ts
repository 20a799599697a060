import type { Tag } from '../model/span.js';
import {
  hashedSpanId,
  hashedTraceId,
  IMPORTED_SPAN_ID,
  IMPORTED_TRACE_ID,
} from '../model/imported-id.js';
import { ImportError } from './json-parts.js';

const SPAN_ID = /^[0-9a-f]{1,16}$/i;
const TRACE_ID = /^[0-9a-f]{1,32}$/i;
const ZEROS = '0'.repeat(16);

/** A trace id in the store's form. */
export function storedTraceId(text: string): string {
  if (!TRACE_ID.test(text)) return hashedTraceId(text);
  const padded = text.toLowerCase().padStart(32, '0');
  return padded.startsWith(ZEROS) ? padded.slice(16) : padded;
}

/** A span id in the store's form. */
export function storedSpanId(text: string): string {
  return SPAN_ID.test(text) ? text.toLowerCase().padStart(16, '0') : hashedSpanId(text);
}

/** Checks that the id of a span or trace is neither empty nor 0. */
export function checkedId(text: string, where: string): string {
  if (text === '') throw new ImportError(`${where}: expected an id, got an empty string`);
  if (/^0+$/.test(text)) throw new ImportError(`${where}: expected an id other than 0`);
  return text;
}

/** Tags with the texts of ids that are not hex. */
export function idTags(traceID: string, spanID: string): Tag[] {
  const tags: Tag[] = [];
  if (!TRACE_ID.test(traceID))
    tags.push({ key: IMPORTED_TRACE_ID, type: 'string', value: traceID });
  if (!SPAN_ID.test(spanID)) tags.push({ key: IMPORTED_SPAN_ID, type: 'string', value: spanID });
  return tags;
}
