import { hashedTraceId } from '../../model/imported-id.js';
import type { TraceStore } from '../../store/trace-store.js';
import { parseTraceId } from './go-parse.js';

/** The id in the store's form of a trace id in hex, or of an imported one that is not hex. Throws `ParseError`. */
export function traceIdIn(store: TraceStore, text: string): string {
  if (/^[0-9a-f]{1,32}$/i.test(text)) return parseTraceId(text);
  const imported = hashedTraceId(text);
  return store.get(imported) === undefined ? parseTraceId(text) : imported;
}
