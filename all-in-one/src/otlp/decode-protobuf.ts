import { BinaryReader } from '@bufbuild/protobuf/wire';
import type { OtlpKeyValue, OtlpScope } from '../model/span.js';
import {
  ElementCount,
  OtlpDecodeError,
  type OtlpRequest,
  type OtlpResourceSpans,
  type OtlpScopeSpans,
  type OtlpSpan,
} from './otlp-request.js';
import {
  BYTES,
  endOfMessage,
  type Input,
  type Mutable,
  readFields,
  VARINT,
} from './protobuf-input.js';
import { readSpan } from './protobuf-spans.js';
import { readKeyValue } from './protobuf-values.js';

/** Decodes an ExportTraceServiceRequest in protobuf. Throws only `OtlpDecodeError`. */
export function decodeProtobuf(bytes: Uint8Array): OtlpRequest {
  try {
    const input: Input = { r: new BinaryReader(bytes), elements: new ElementCount() };
    return readRequest(input, bytes.length);
  } catch (error) {
    if (error instanceof OtlpDecodeError) throw error;
    throw new OtlpDecodeError((error as Error).message, { cause: error });
  }
}

/**
 *     1 repeated ResourceSpans resource_spans
 */
function readRequest(input: Input, end: number): OtlpRequest {
  const resourceSpans: OtlpResourceSpans[] = [];
  readFields(input, end, (field) => {
    if (field !== 8 + BYTES) return false;
    resourceSpans.push(readResourceSpans(input, endOfMessage(input)));
    return true;
  });
  return { resourceSpans };
}

/**
 *     1 Resource resource
 *     2 repeated ScopeSpans scope_spans
 */
function readResourceSpans(input: Input, end: number): OtlpResourceSpans {
  let resource: Pick<OtlpResourceSpans, 'attributes' | 'droppedAttributesCount'> = {
    attributes: [],
    droppedAttributesCount: 0,
  };
  const scopeSpans: OtlpScopeSpans[] = [];
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) resource = readResource(input, endOfMessage(input));
    else if (field === 16 + BYTES) scopeSpans.push(readScopeSpans(input, endOfMessage(input)));
    else return false;
    return true;
  });
  return { ...resource, scopeSpans };
}

/**
 *     1 repeated KeyValue attributes
 *     2 uint32 dropped_attributes_count
 */
function readResource(
  input: Input,
  end: number,
): Pick<OtlpResourceSpans, 'attributes' | 'droppedAttributesCount'> {
  const attributes: OtlpKeyValue[] = [];
  let droppedAttributesCount = 0;
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) attributes.push(readKeyValue(input, endOfMessage(input), 0));
    else if (field === 16 + VARINT) droppedAttributesCount = input.r.uint32();
    else return false;
    return true;
  });
  return { attributes, droppedAttributesCount };
}

/**
 *     1 InstrumentationScope scope
 *     2 repeated Span spans
 */
function readScopeSpans(input: Input, end: number): OtlpScopeSpans {
  let scope: OtlpScope | undefined;
  const spans: OtlpSpan[] = [];
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) scope = readScope(input, endOfMessage(input));
    else if (field === 16 + BYTES) spans.push(readSpan(input, endOfMessage(input)));
    else return false;
    return true;
  });
  return { scope, spans };
}

/**
 *     1 string name
 *     2 string version
 *     3 repeated KeyValue attributes
 *     4 uint32 dropped_attributes_count
 */
function readScope(input: Input, end: number): OtlpScope {
  const { r } = input;
  const scope: Mutable<OtlpScope> = {};
  const attributes: OtlpKeyValue[] = [];
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) scope.name = r.string();
    else if (field === 16 + BYTES) scope.version = r.string();
    else if (field === 24 + BYTES) attributes.push(readKeyValue(input, endOfMessage(input), 0));
    else if (field === 32 + VARINT) scope.droppedAttributesCount = r.uint32();
    else return false;
    return true;
  });
  return attributes.length > 0 ? { ...scope, attributes } : scope;
}
