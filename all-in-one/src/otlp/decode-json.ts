import type { OtlpKeyValue, OtlpScope } from '../model/span.js';
import { field, items, type JsonObject, objectOf, text, whole } from './json-fields.js';
import { checkJsonShape } from '../ingest/json-shape.js';
import { readAttributes, readEnum, readMoment, SPAN_KINDS, STATUS_CODES } from './json-values.js';
import {
  ElementCount,
  OtlpDecodeError,
  type OtlpEvent,
  type OtlpLink,
  type OtlpRequest,
  type OtlpResourceSpans,
  type OtlpScopeSpans,
  type OtlpSpan,
} from './otlp-request.js';

/**
 * Decodes an ExportTraceServiceRequest in OTLP's JSON: protobuf's JSON with ids in hex. Names may be in
 * lowerCamelCase or as in the proto files. Throws only `OtlpDecodeError`.
 */
export function decodeJson(bytes: Buffer): OtlpRequest {
  try {
    checkJsonShape(bytes);
    return readRequest(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (error instanceof OtlpDecodeError) throw error;
    throw new OtlpDecodeError((error as Error).message, { cause: error });
  }
}

/** Reads a parsed ExportTraceServiceRequest. Throws `OtlpDecodeError`. */
export function readRequest(request: unknown): OtlpRequest {
  const elements = new ElementCount();
  const read = (part: JsonObject): OtlpResourceSpans => readResourceSpans(part, elements);
  return { resourceSpans: items(objectOf(request), 'resourceSpans', elements, read) };
}

function readResourceSpans(part: JsonObject, elements: ElementCount): OtlpResourceSpans {
  const resource = objectOf(field(part, 'resource') ?? {});
  return {
    attributes: readAttributes(resource, elements),
    droppedAttributesCount: whole(resource, 'droppedAttributesCount'),
    scopeSpans: items(part, 'scopeSpans', elements, (scope) => readScopeSpans(scope, elements)),
  };
}

function readScopeSpans(part: JsonObject, elements: ElementCount): OtlpScopeSpans {
  const scope = field(part, 'scope');
  return {
    scope: scope === undefined ? undefined : readScope(objectOf(scope), elements),
    spans: items(part, 'spans', elements, (span) => readSpan(span, elements)),
  };
}

function readScope(part: JsonObject, elements: ElementCount): OtlpScope {
  const attributes: readonly OtlpKeyValue[] = readAttributes(part, elements);
  return {
    name: text(part, 'name'),
    version: text(part, 'version'),
    droppedAttributesCount: whole(part, 'droppedAttributesCount'),
    ...(attributes.length > 0 ? { attributes } : undefined),
  };
}

function readSpan(part: JsonObject, elements: ElementCount): OtlpSpan {
  const status = objectOf(field(part, 'status') ?? {});
  return {
    traceId: text(part, 'traceId').toLowerCase(),
    spanId: text(part, 'spanId').toLowerCase(),
    parentSpanId: text(part, 'parentSpanId').toLowerCase(),
    traceState: text(part, 'traceState'),
    flags: whole(part, 'flags'),
    name: text(part, 'name'),
    kind: readEnum(part, 'kind', SPAN_KINDS),
    start: readMoment(part, 'startTimeUnixNano'),
    end: readMoment(part, 'endTimeUnixNano'),
    attributes: readAttributes(part, elements),
    droppedAttributesCount: whole(part, 'droppedAttributesCount'),
    events: items(part, 'events', elements, (event) => readEvent(event, elements)),
    droppedEventsCount: whole(part, 'droppedEventsCount'),
    links: items(part, 'links', elements, (link) => readLink(link, elements)),
    droppedLinksCount: whole(part, 'droppedLinksCount'),
    statusCode: readEnum(status, 'code', STATUS_CODES),
    statusMessage: text(status, 'message'),
  };
}

function readEvent(part: JsonObject, elements: ElementCount): OtlpEvent {
  return {
    time: readMoment(part, 'timeUnixNano'),
    name: text(part, 'name'),
    attributes: readAttributes(part, elements),
    droppedAttributesCount: whole(part, 'droppedAttributesCount'),
  };
}

function readLink(part: JsonObject, elements: ElementCount): OtlpLink {
  return {
    traceId: text(part, 'traceId').toLowerCase(),
    spanId: text(part, 'spanId').toLowerCase(),
    traceState: text(part, 'traceState'),
    attributes: readAttributes(part, elements),
    droppedAttributesCount: whole(part, 'droppedAttributesCount'),
    flags: whole(part, 'flags'),
  };
}
