import { formatQuery, parseQuery } from './query-string.js';

/** What the page shows. */
export type Route =
  | { readonly page: 'search'; readonly query: string }
  | { readonly page: 'trace'; readonly traceId: string; readonly spanId: string | undefined }
  | { readonly page: 'dependencies' }
  | { readonly page: 'compare'; readonly a: string; readonly b: string }
  | { readonly page: 'unknown'; readonly path: string };

/** The route of an address. */
export function readRoute(path: string, query: string, hash: string): Route {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length === 0 || path === '/search') return { page: 'search', query };
  if (parts[0] === 'trace' && parts.length === 2) {
    const span = /^#span-(.+)$/.exec(hash)?.[1];
    return {
      page: 'trace',
      traceId: traceIdOf(decoded(parts[1]!)),
      spanId: span === undefined ? undefined : decoded(span).toLowerCase(),
    };
  }
  if (path === '/dependencies') return { page: 'dependencies' };
  if (path === '/compare') {
    const parameters = parseQuery(query);
    return { page: 'compare', a: parameters.get('a') ?? '', b: parameters.get('b') ?? '' };
  }
  return { page: 'unknown', path };
}

/** Ids in hex are in lower case; imported ids may be any text. */
function traceIdOf(text: string): string {
  return /^[0-9a-f]+$/i.test(text) ? text.toLowerCase() : text;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The address of a trace, and of a span in it. */
export function tracePath(traceId: string, spanId?: string): string {
  const path = `/trace/${encodeURIComponent(traceId)}`;
  return spanId === undefined ? path : `${path}#span-${encodeURIComponent(spanId)}`;
}

/** The address of a comparison; either side may still be empty. */
export function comparePath(a: string, b: string): string {
  return `/compare${formatQuery([
    ['a', a],
    ['b', b],
  ])}`;
}

/** What a trace id is pasted in, the first that fits counts. */
const PASTED: readonly RegExp[] = [
  // The id, or an address that ends in it.
  /(?:^|\/trace\/)([0-9a-f]{1,32})(?:[#?].*)?$/i,
  // Headers.
  /^(?:uber-trace-id:\s*)?([0-9a-f]{1,32}):[0-9a-f]{1,16}:[0-9a-f]{1,16}:[0-9a-f]{1,2}$/i,
  /^(?:traceparent:\s*)?[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/i,
  /^(?:b3:\s*)?([0-9a-f]{16}|[0-9a-f]{32})-[0-9a-f]{16}(?:-[01d](?:-[0-9a-f]{16})?)?$/i,
  // Lines of logs, queries and JSON: `"traceparent":"..."`, `trace_id: ...`, `traceId=...`, `X-B3-TraceId: ...`.
  /traceparent["'\\]*\s*[:=]>?\s*["'\\]*[0-9a-f]{2}-([0-9a-f]{32})-/i,
  /(?:^|[^a-z0-9]|otel)trace[\s._-]?id["'\\]*\s*[:=]>?\s*["'\\]*([0-9a-f]{1,32})(?![0-9a-z_-])/i,
];
/** Quotes, brackets and commas around what was pasted. */
const AROUND = /^[\s"'`([{<]+|[\s"'`)\]}>,;]+$/g;

/** The trace id in what someone pasted; undefined if there is none. */
export function pastedTraceId(text: string): string | undefined {
  // The colons of `uber-trace-id` may be escaped, as jaeger-client sends them.
  const trimmed = text.replaceAll(AROUND, '').replaceAll(/%3a/gi, ':');
  for (const pattern of PASTED) {
    const id = pattern.exec(trimmed)?.[1];
    if (id !== undefined) return id.toLowerCase();
  }
  return undefined;
}
