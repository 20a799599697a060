/** Metadata that can be written: grpc-js's, nice-grpc's, a Headers object. */
export interface WritableMetadata {
  set(key: string, value: string): unknown;
}

/** What a tracer injected that gRPC cannot carry. */
export type RefusedKeys = readonly string[];

/** Jaeger's key, unless the tracer was told another one. */
const DEFAULT_CONTEXT_KEY = 'uber-trace-id';
/** What gRPC allows as a key; a key of another kind can fail the call as a whole. */
const LEGAL_KEY = /^[0-9a-z_.-]+$/;
/** Printable ASCII. */
const LEGAL_VALUE = /^[ -~]*$/;
/**
 * Keys and values that are added to one call at most, in UTF-16 units: gRPC's C core refuses a call
 * with more than 16 KiB of metadata. Rather no baggage than no call.
 */
const MAX_LENGTH = 16 * 1024;

/**
 * Writes what a tracer injected into metadata: each key in lower case, in place of what stood there
 * (metadata that is passed on has the caller's own context). Answers with the keys that gRPC cannot
 * carry; none of them is written.
 */
export function writeCarrier(
  carrier: Readonly<Record<string, unknown>>,
  metadata: WritableMetadata,
): RefusedKeys | undefined {
  let refused: string[] | undefined;
  let length = 0;
  for (const name in carrier) {
    const key = name.toLowerCase();
    const value = carrier[name];
    if (isLegal(key, value) && length + key.length + value.length <= MAX_LENGTH) {
      length += key.length + value.length;
      metadata.set(key, value);
    } else {
      (refused ??= []).push(key);
    }
  }
  return refused;
}

function isLegal(key: string, value: unknown): value is string {
  if (typeof value !== 'string' || !LEGAL_VALUE.test(value)) return false;
  // Node.js drops a header with a space at an end, and gRPC allows to strip it.
  if (value.startsWith(' ') || value.endsWith(' ')) return false;
  if (key === DEFAULT_CONTEXT_KEY) return true;
  return LEGAL_KEY.test(key) && !key.endsWith('-bin') && !key.startsWith('grpc-');
}

/** Keys of one context, of any format: a comma is no part of their values. */
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
/** `k=v, k2=v2`: lists, whether they came in one header or in several. */
const LIST_KEYS: ReadonlySet<string> = new Set(['jaeger-baggage', 'tracestate', 'baggage']);

/** A carrier for `extract`, and whether it has the tracer's own key, readable or not. */
export interface ReadCarrier {
  readonly carrier: Readonly<Record<string, string>>;
  readonly hasContext: boolean;
}

/**
 * Headers as a carrier: those that are text.
 *
 * HTTP/2 in Node.js joins two headers of one name to "a, b". A peer that appends where it should
 * replace (Go's otgrpc) sends two contexts, the last of which is its own; then its baggage came twice
 * as well. Where the context came once, a comma in baggage is the baggage's own.
 */
export function readCarrier(
  headers: Readonly<Record<string, unknown>>,
  contextKey: string = DEFAULT_CONTEXT_KEY,
): ReadCarrier {
  const own = headers[contextKey];
  const hasContext = typeof own === 'string';
  let isJoined = hasContext && own.includes(',');
  let hasBytes = false;
  for (const key in headers) {
    const value = headers[key];
    if (typeof value !== 'string') hasBytes = true;
    else if (!hasContext && CONTEXT_KEYS.has(key) && value.includes(',')) isJoined = true;
  }
  const carrier = hasBytes || isJoined ? ownTexts(headers, isJoined) : headers;
  return { carrier: carrier as Readonly<Record<string, string>>, hasContext };
}

function ownTexts(headers: Readonly<Record<string, unknown>>, isJoined: boolean): object {
  const carrier: Record<string, string> = {};
  for (const key of Object.keys(headers)) {
    const value = headers[key];
    if (typeof value !== 'string') continue;
    const takesLast = isJoined && !LIST_KEYS.has(key);
    carrier[key] = takesLast ? value.slice(value.lastIndexOf(',') + 1).trim() : value;
  }
  return carrier;
}

/** The values of a key, in grpc-js's metadata; undefined where there is no metadata. */
export function valuesIn(
  metadata: { get(key: string): readonly unknown[] } | undefined,
  key: string,
): readonly unknown[] | undefined {
  return metadata?.get(key);
}

/** How often a call was tried before, as a header, or a trailer, says; undefined for most calls. */
export function attemptsIn(
  metadata: { get(key: string): readonly unknown[] } | undefined,
): unknown {
  try {
    return metadata?.get('grpc-previous-rpc-attempts')[0];
  } catch {
    // Of an interceptor that answers with something else than metadata.
    return undefined;
  }
}

/** The key that a tracer's context travels under: Jaeger's tracers keep it in their codec. */
export function contextKeyOf(tracer: object, format: string): string {
  try {
    const { _extractors } = tracer as {
      readonly _extractors?: Record<string, { readonly _contextKey?: unknown } | undefined>;
    };
    const key = _extractors?.[format]?._contextKey;
    return typeof key === 'string' ? key : DEFAULT_CONTEXT_KEY;
  } catch {
    return DEFAULT_CONTEXT_KEY;
  }
}
