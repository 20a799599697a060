import { DEFAULT_CONTEXT_KEY } from './context-key.js';

/** Keys that hold one context, in any format. A comma is never part of their values. */
const CONTEXT_KEYS: ReadonlySet<string> = new Set([
  DEFAULT_CONTEXT_KEY,
  'traceparent',
  'b3',
  'x-b3-traceid',
  'x-b3-spanid',
  'x-b3-parentspanid',
  'x-b3-sampled',
  'x-b3-flags',
]);
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
 * (Go's otgrpc) sends two contexts, and the last one is its own. Its baggage is doubled, too: each key
 * then takes the part after its last comma. If the context came once, baggage keeps its commas.
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
  const carrier = hasBytes || isJoined ? stringsOf(headers, isJoined) : headers;
  return { carrier: carrier as Readonly<Record<string, string>>, hasContext };
}

function stringsOf(headers: Readonly<Record<string, unknown>>, isJoined: boolean): object {
  const carrier: Record<string, string> = {};
  for (const key of Object.keys(headers)) {
    const value = headers[key];
    if (typeof value !== 'string') continue;
    const takesLast = isJoined && !LIST_KEYS.has(key);
    carrier[key] = takesLast ? value.slice(value.lastIndexOf(',') + 1).trim() : value;
  }
  return carrier;
}
