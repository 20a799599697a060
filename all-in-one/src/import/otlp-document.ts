import { storedSpanId, storedTraceId, idTags } from './imported-ids.js';
import { ImportError, isObject, type Json } from './json-parts.js';
import { readRequest } from '../otlp/decode-json.js';
import type { OtlpRequest } from '../otlp/otlp-request.js';

/*
 * Files have OTLP's JSON with older names, and with ids as protobuf's JSON writes bytes. All of it becomes what the
 * decoder of OTLP reads.
 */

/** Reads a list of ResourceSpans. Throws `ImportError`. */
export function readResourceSpans(resourceSpans: unknown, where: string): OtlpRequest {
  try {
    if (Array.isArray(resourceSpans)) resourceSpans.forEach(modernise);
    return readRequest({ resourceSpans });
  } catch (error) {
    throw new ImportError(`${where}: ${(error as Error).message}`);
  }
}

type Writable = Record<string, unknown>;

/** Changes a ResourceSpans of an older OTLP in place. */
function modernise(resource: unknown): void {
  if (!isObject(resource)) return;
  const part = resource as Writable;
  const scopes = first(part, [
    'scopeSpans',
    'scope_spans',
    'instrumentationLibrarySpans',
    'instrumentation_library_spans',
  ]);
  if (!Array.isArray(scopes)) return;
  part['scopeSpans'] = scopes;
  for (const scope of scopes.filter(isObject) as Writable[]) {
    const library = first(scope, ['scope', 'instrumentationLibrary', 'instrumentation_library']);
    if (library !== undefined) scope['scope'] = library;
    const spans = scope['spans'];
    if (Array.isArray(spans)) spans.filter(isObject).forEach((span) => withStoredIds(span));
  }
}

function withStoredIds(json: Json): void {
  const span = json as Writable;
  const traceText = hexOf(first(span, ['traceId', 'trace_id']), 16);
  const spanText = hexOf(first(span, ['spanId', 'span_id']), 8);
  if (typeof traceText !== 'string' || typeof spanText !== 'string') return;
  setIds(span, traceText, spanText);
  const parent = hexOf(first(span, ['parentSpanId', 'parent_span_id']), 8);
  if (typeof parent === 'string' && parent !== '') span['parentSpanId'] = storedSpanId(parent);
  const texts = idTags(traceText || '0', spanText || '0');
  if (texts.length > 0) {
    const attributes = Array.isArray(span['attributes']) ? (span['attributes'] as unknown[]) : [];
    const added = texts.map(({ key, value }) => ({ key, value: { stringValue: value } }));
    span['attributes'] = [...attributes, ...added];
  }
  const links = span['links'];
  if (!Array.isArray(links)) return;
  for (const link of links.filter(isObject) as Writable[]) {
    const linkTrace = hexOf(first(link, ['traceId', 'trace_id']), 16);
    const linkSpan = hexOf(first(link, ['spanId', 'span_id']), 8);
    if (typeof linkTrace === 'string' && typeof linkSpan === 'string') {
      setIds(link, linkTrace, linkSpan);
    }
  }
}

/** An absent id stays absent: the conversion counts such a span as rejected. */
function setIds(part: Writable, traceText: string, spanText: string): void {
  if (traceText !== '') part['traceId'] = storedTraceId(traceText).padStart(32, '0');
  if (spanText !== '') part['spanId'] = storedSpanId(spanText);
}

/** The hex digits of an id in base64, as Grafana Tempo writes it; any other value unchanged. */
function hexOf(value: unknown, bytes: number): unknown {
  if (value === undefined) return '';
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]+={1,2}$/.test(value)) return value;
  const decoded = Buffer.from(value, 'base64');
  return decoded.length === bytes ? decoded.toString('hex') : value;
}

/** The first of these fields that is present. */
function first(part: Json, names: readonly string[]): unknown {
  for (const name of names) {
    const value = Object.hasOwn(part, name) ? part[name] : undefined;
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}
