import { SpanContext } from '../../core/context/span-context.js';
import { lastOfJoined } from '../../core/propagation/header-values.js';
import { CONTEXT_KEYS, DEFAULT_CONTEXT_KEY } from './context-key.js';

/** Keys that hold a list `k=v, k2=v2`, in one header or in several. */
const LIST_KEYS: ReadonlySet<string> = new Set(['jaeger-baggage', 'tracestate', 'baggage']);

/** A carrier for `extract`. */
export interface ReadCarrier {
  readonly carrier: Readonly<Record<string, string>>;
  /** Whether the tracer's context key is present, with a valid value or not. */
  readonly hasContext: boolean;
}

/**
 * Makes a carrier of headers: keeps the string values.
 *
 * HTTP/2 in Node.js joins two headers of one name to "a, b". A peer that appends instead of replacing
 * (Go's otgrpc) sends two contexts, and the last one is its own; of contexts that are malformed the last
 * good one counts. Its baggage is doubled, too: each key then takes the part after its last comma. If the
 * context came once, baggage keeps its commas.
 */
export function readCarrier(
  headers: Readonly<Record<string, unknown>>,
  contextKey: string = DEFAULT_CONTEXT_KEY,
): ReadCarrier {
  const context = headers[contextKey];
  const hasContext = typeof context === 'string';
  let isJoined = hasContext && context.includes(',');
  let hasBytes = false;
  for (const key in headers) {
    const value = headers[key];
    if (typeof value !== 'string') hasBytes = true;
    else if (!hasContext && CONTEXT_KEYS.has(key) && value.includes(',')) isJoined = true;
  }
  const carrier = hasBytes || isJoined ? stringsOf(headers, isJoined, contextKey) : headers;
  return { carrier: carrier as Readonly<Record<string, string>>, hasContext };
}

/** The last of contexts that can be read as `uber-trace-id`, else the last. */
export function lastContext(joined: string): string {
  return lastOfJoined(joined, contextIn) ?? afterLastComma(joined);
}

function stringsOf(
  headers: Readonly<Record<string, unknown>>,
  isJoined: boolean,
  contextKey: string,
): object {
  const carrier: Record<string, string> = {};
  for (const key of Object.keys(headers)) {
    const value = headers[key];
    if (typeof value !== 'string') continue;
    if (!isJoined || LIST_KEYS.has(key)) carrier[key] = value;
    else carrier[key] = key === contextKey ? lastContext(value) : afterLastComma(value);
  }
  return carrier;
}

function afterLastComma(joined: string): string {
  return joined.slice(joined.lastIndexOf(',') + 1).trim();
}

/** The part itself where it is a context; one in HTTP headers may be percent-encoded. */
function contextIn(part: string): string | undefined {
  return SpanContext.fromString(part.replace(/%3a/gi, ':')) === null ? undefined : part;
}
