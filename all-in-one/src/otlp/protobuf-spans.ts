import { EPOCH, type OtlpEvent, type OtlpLink, type OtlpSpan } from './otlp-request.js';
import {
  BYTES,
  endOfMessage,
  FIXED32,
  FIXED64,
  hex,
  type Input,
  type Mutable,
  readFields,
  readMoment,
  VARINT,
} from './protobuf-input.js';
import { readKeyValue } from './protobuf-values.js';

/**
 * A Span:
 *
 *     1 bytes trace_id              9 repeated KeyValue attributes
 *     2 bytes span_id              10 uint32 dropped_attributes_count
 *     3 string trace_state         11 repeated Event events
 *     4 bytes parent_span_id       12 uint32 dropped_events_count
 *     5 string name                13 repeated Link links
 *     6 enum kind                  14 uint32 dropped_links_count
 *     7 fixed64 start_time         15 Status status
 *     8 fixed64 end_time           16 fixed32 flags
 */
export function readSpan(input: Input, end: number): OtlpSpan {
  const { r } = input;
  const span = emptySpan();
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) span.traceId = hex(r.bytes());
    else if (field === 16 + BYTES) span.spanId = hex(r.bytes());
    else if (field === 24 + BYTES) span.traceState = r.string();
    else if (field === 32 + BYTES) span.parentSpanId = hex(r.bytes());
    else if (field === 40 + BYTES) span.name = r.string();
    else if (field === 48 + VARINT) span.kind = r.int32();
    else if (field === 56 + FIXED64) span.start = readMoment(r);
    else if (field === 64 + FIXED64) span.end = readMoment(r);
    else if (field === 128 + FIXED32) span.flags = r.fixed32();
    else return readSpanParts(input, field, span);
    return true;
  });
  return span;
}

function readSpanParts(input: Input, field: number, span: Mutable<OtlpSpan>): boolean {
  const { r } = input;
  if (field === 72 + BYTES) span.attributes.push(readKeyValue(input, endOfMessage(input), 0));
  else if (field === 80 + VARINT) span.droppedAttributesCount = r.uint32();
  else if (field === 88 + BYTES) span.events.push(readEvent(input, endOfMessage(input)));
  else if (field === 96 + VARINT) span.droppedEventsCount = r.uint32();
  else if (field === 104 + BYTES) span.links.push(readLink(input, endOfMessage(input)));
  else if (field === 112 + VARINT) span.droppedLinksCount = r.uint32();
  else if (field === 120 + BYTES) readStatus(input, endOfMessage(input), span);
  else return false;
  return true;
}

function emptySpan(): Mutable<OtlpSpan> {
  return {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: '',
    kind: 0,
    start: EPOCH,
    end: EPOCH,
    attributes: [],
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
    statusCode: 0,
    statusMessage: '',
  };
}

/**
 *     1 fixed64 time
 *     2 string name
 *     3 repeated KeyValue attributes
 *     4 uint32 dropped_attributes_count
 */
function readEvent(input: Input, end: number): OtlpEvent {
  const { r } = input;
  const event: Mutable<OtlpEvent> = {
    time: EPOCH,
    name: '',
    attributes: [],
    droppedAttributesCount: 0,
  };
  readFields(input, end, (field) => {
    if (field === 8 + FIXED64) event.time = readMoment(r);
    else if (field === 16 + BYTES) event.name = r.string();
    else if (field === 24 + BYTES)
      event.attributes.push(readKeyValue(input, endOfMessage(input), 0));
    else if (field === 32 + VARINT) event.droppedAttributesCount = r.uint32();
    else return false;
    return true;
  });
  return event;
}

/**
 *     1 bytes trace_id      4 repeated KeyValue attributes
 *     2 bytes span_id       5 uint32 dropped_attributes_count
 *     3 string trace_state  6 fixed32 flags
 */
function readLink(input: Input, end: number): OtlpLink {
  const { r } = input;
  const link: Mutable<OtlpLink> = {
    traceId: '',
    spanId: '',
    traceState: '',
    attributes: [],
    droppedAttributesCount: 0,
    flags: 0,
  };
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) link.traceId = hex(r.bytes());
    else if (field === 16 + BYTES) link.spanId = hex(r.bytes());
    else if (field === 24 + BYTES) link.traceState = r.string();
    else if (field === 32 + BYTES)
      link.attributes.push(readKeyValue(input, endOfMessage(input), 0));
    else if (field === 40 + VARINT) link.droppedAttributesCount = r.uint32();
    else if (field === 48 + FIXED32) link.flags = r.fixed32();
    else return false;
    return true;
  });
  return link;
}

/**
 *     2 string message
 *     3 enum code
 */
function readStatus(input: Input, end: number, span: Mutable<OtlpSpan>): void {
  const { r } = input;
  readFields(input, end, (field) => {
    if (field === 16 + BYTES) span.statusMessage = r.string();
    else if (field === 24 + VARINT) span.statusCode = r.int32();
    else return false;
    return true;
  });
}
