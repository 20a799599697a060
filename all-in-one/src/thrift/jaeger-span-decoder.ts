import {
  joinTraceId,
  missing,
  readId,
  readInteger,
  readList,
  readLong,
} from './jaeger-decoder-values.js';
import type { JaegerLog, JaegerReference, JaegerSpan, JaegerTag } from './jaeger-model.js';
import {
  NO_BYTES,
  type ThriftReader,
  TYPE_BOOL,
  TYPE_DOUBLE,
  TYPE_I32,
  TYPE_I64,
  TYPE_LIST,
  TYPE_STRING,
} from './thrift-reader.js';

/** The fields read so far; required ones may still be absent. */
interface SpanFields {
  traceIdLow: string | undefined;
  traceIdHigh: string | undefined;
  spanId: string | undefined;
  parentSpanId: string | undefined;
  operationName: string | undefined;
  references: JaegerReference[] | undefined;
  flags: number | undefined;
  startTime: number | undefined;
  duration: number | undefined;
  tags: JaegerTag[] | undefined;
  logs: JaegerLog[] | undefined;
}

/**
 * jaeger.thrift `struct Span`
 *
 *     1  required i64 traceIdLow
 *     2  required i64 traceIdHigh
 *     3  required i64 spanId
 *     4  required i64 parentSpanId           0 = root
 *     5  required string operationName
 *     6  optional list<SpanRef> references
 *     7  required i32 flags
 *     8  required i64 startTime              microseconds
 *     9  required i64 duration               microseconds
 *     10 optional list<Tag> tags
 *     11 optional list<Log> logs
 */
export function readSpan(r: ThriftReader): JaegerSpan {
  const span = readSpanFields(r);
  return {
    traceID: joinTraceId(
      span.traceIdHigh ?? missing(r, 'Span.traceIdHigh'),
      span.traceIdLow ?? missing(r, 'Span.traceIdLow'),
    ),
    spanID: span.spanId ?? missing(r, 'Span.spanId'),
    parentSpanID: span.parentSpanId ?? missing(r, 'Span.parentSpanId'),
    operationName: span.operationName ?? missing(r, 'Span.operationName'),
    references: span.references ?? [],
    flags: span.flags ?? missing(r, 'Span.flags'),
    startTime: span.startTime ?? missing(r, 'Span.startTime'),
    duration: span.duration ?? missing(r, 'Span.duration'),
    tags: span.tags ?? [],
    logs: span.logs ?? [],
  };
}

function readSpanFields(r: ThriftReader): SpanFields {
  const span = noFields();
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_I64)) span.traceIdLow = readId(r);
    else if (r.at(2, TYPE_I64)) span.traceIdHigh = readId(r);
    else if (r.at(3, TYPE_I64)) span.spanId = readId(r);
    else if (r.at(4, TYPE_I64)) span.parentSpanId = readId(r);
    else if (r.at(5, TYPE_STRING)) span.operationName = r.string();
    else if (r.at(6, TYPE_LIST)) span.references = readList(r, readSpanRef) ?? span.references;
    else if (r.at(7, TYPE_I32)) span.flags = r.i32();
    else if (r.at(8, TYPE_I64)) span.startTime = readInteger(r);
    else if (r.at(9, TYPE_I64)) span.duration = readInteger(r);
    else if (r.at(10, TYPE_LIST)) span.tags = readList(r, readTag) ?? span.tags;
    else if (r.at(11, TYPE_LIST)) span.logs = readList(r, readLog) ?? span.logs;
    else r.skipField();
  }
  r.structEnd();
  return span;
}

/** Sets all fields from the start, so that all spans share one hidden class. */
function noFields(): SpanFields {
  return {
    traceIdLow: undefined,
    traceIdHigh: undefined,
    spanId: undefined,
    parentSpanId: undefined,
    operationName: undefined,
    references: undefined,
    flags: undefined,
    startTime: undefined,
    duration: undefined,
    tags: undefined,
    logs: undefined,
  };
}

/**
 * jaeger.thrift `struct SpanRef`
 *
 *     1 required i32 refType      0 = CHILD_OF, 1 = FOLLOWS_FROM
 *     2 required i64 traceIdLow
 *     3 required i64 traceIdHigh
 *     4 required i64 spanId
 */
function readSpanRef(r: ThriftReader): JaegerReference {
  let refType: number | undefined;
  let traceIdLow: string | undefined;
  let traceIdHigh: string | undefined;
  let spanId: string | undefined;
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_I32)) refType = r.i32();
    else if (r.at(2, TYPE_I64)) traceIdLow = readId(r);
    else if (r.at(3, TYPE_I64)) traceIdHigh = readId(r);
    else if (r.at(4, TYPE_I64)) spanId = readId(r);
    else r.skipField();
  }
  r.structEnd();
  return {
    // Of an unknown kind, only this is known: the other span came first.
    refType: (refType ?? missing(r, 'SpanRef.refType')) === 0 ? 'CHILD_OF' : 'FOLLOWS_FROM',
    traceID: joinTraceId(
      traceIdHigh ?? missing(r, 'SpanRef.traceIdHigh'),
      traceIdLow ?? missing(r, 'SpanRef.traceIdLow'),
    ),
    spanID: spanId ?? missing(r, 'SpanRef.spanId'),
  };
}

/**
 * jaeger.thrift `struct Log`
 *
 *     1 required i64 timestamp        microseconds
 *     2 required list<Tag> fields
 */
function readLog(r: ThriftReader): JaegerLog {
  let timestamp: number | undefined;
  let fields: JaegerTag[] | undefined;
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_I64)) timestamp = readInteger(r);
    else if (r.at(2, TYPE_LIST)) fields = readList(r, readTag) ?? fields;
    else r.skipField();
  }
  r.structEnd();
  return {
    timestamp: timestamp ?? missing(r, 'Log.timestamp'),
    fields: fields ?? missing(r, 'Log.fields'),
  };
}

/** The values read so far; `vType` selects one of them. */
interface TagValues {
  vStr: string;
  vDouble: number;
  vBool: boolean;
  vLong: number | bigint;
  vBinary: Uint8Array;
}

/**
 * jaeger.thrift `struct Tag`
 *
 *     1 required string key
 *     2 required i32 vType        0 = STRING, 1 = DOUBLE, 2 = BOOL, 3 = LONG, 4 = BINARY
 *     3 optional string vStr
 *     4 optional double vDouble
 *     5 optional bool vBool
 *     6 optional i64 vLong
 *     7 optional binary vBinary
 *
 * Clients differ in how many of 3 to 7 they write: jaeger-client wrote all of them.
 */
export function readTag(r: ThriftReader): JaegerTag {
  let key: string | undefined;
  let vType: number | undefined;
  const values: TagValues = { vStr: '', vDouble: 0, vBool: false, vLong: 0, vBinary: NO_BYTES };
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_STRING)) key = r.string();
    else if (r.at(2, TYPE_I32)) vType = r.i32();
    else if (r.at(3, TYPE_STRING)) values.vStr = r.string();
    else if (r.at(4, TYPE_DOUBLE)) values.vDouble = r.double();
    else if (r.at(5, TYPE_BOOL)) values.vBool = r.bool();
    else if (r.at(6, TYPE_I64)) values.vLong = readLong(r);
    else if (r.at(7, TYPE_STRING)) values.vBinary = r.binary();
    else r.skipField();
  }
  r.structEnd();
  return typedTag(key ?? missing(r, 'Tag.key'), vType ?? missing(r, 'Tag.vType'), values);
}

/** As in Jaeger, an absent value is the zero of its type, and an unknown type becomes a string. */
function typedTag(key: string, vType: number, values: TagValues): JaegerTag {
  switch (vType) {
    case 0:
      return { key, type: 'string', value: values.vStr };
    case 1:
      return { key, type: 'float64', value: values.vDouble };
    case 2:
      return { key, type: 'bool', value: values.vBool };
    case 3:
      return { key, type: 'int64', value: values.vLong };
    case 4:
      return { key, type: 'binary', value: values.vBinary };
    default:
      return { key, type: 'string', value: `unknown tag type ${vType}` };
  }
}
