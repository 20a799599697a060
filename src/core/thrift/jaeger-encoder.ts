import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM, type Reference } from 'opentracing';
import { contextOf } from '../parent.js';
import type { KeyValue, Span } from '../span.js';
import type { SpanContext } from '../span-context.js';
import { bytesOfValue, textOfKey, textOfValue } from '../tag.js';
import { KeptNames } from './kept-names.js';
import type { ThriftWriter } from './thrift-writer.js';

/** jaeger.thrift `enum TagType`. */
const TAG_STRING = 0;
const TAG_DOUBLE = 1;
const TAG_BOOL = 2;
const TAG_LONG = 3;
const TAG_BINARY = 4;

/** jaeger.thrift `enum SpanRefType`. */
const CHILD_OF = 0;
const FOLLOWS_FROM = 1;

/** How values are written, and what one writer has written before. */
export interface Encoding {
  /** Integers as DOUBLE, as jaeger-client sent them, and not as LONG. */
  readonly numbersAsDouble: boolean;
  /** Heads of tags by type (see `beginTag`), then operation names: in the protocol of one writer. */
  readonly kept: readonly KeptNames[];
}

/** The index of the operation names in `Encoding.kept`, behind the five tag types. */
const OPERATION_NAMES = 5;

/** One writer's encoding. */
export function newEncoding(numbersAsDouble: boolean = false): Encoding {
  return { numbersAsDouble, kept: Array.from({ length: 6 }, () => new KeptNames()) };
}

/** Totals since the reporter started: what the backend can be told about spans that it never got. */
export interface ClientStats {
  readonly fullQueueDroppedSpans: number;
  readonly tooLargeDroppedSpans: number;
  readonly failedToEmitSpans: number;
}

/**
 * jaeger.thrift `struct Span`
 *
 *      1 required i64 traceIdLow
 *      2 required i64 traceIdHigh
 *      3 required i64 spanId
 *      4 required i64 parentSpanId      0 = root
 *      5 required string operationName
 *      6 optional list<SpanRef> references
 *      7 required i32 flags             1 sampled, 2 debug, 8 firehose
 *      8 required i64 startTime         us since the epoch
 *      9 required i64 duration          us
 *     10 optional list<Tag> tags
 *     11 optional list<Log> logs
 */
export function writeSpan(w: ThriftWriter, span: Span, encoding: Encoding): void {
  const context = span._spanContext;
  w.structBegin();
  w.i64Field(1, context.idWord(2), context.idWord(3));
  w.i64Field(2, context.idWord(0), context.idWord(1));
  w.i64Field(3, context.idWord(4), context.idWord(5));
  w.i64Field(4, context.idWord(6), context.idWord(7));
  writeOperationName(w, 5, textOfKey(span._operationName), encoding.kept[OPERATION_NAMES]!);
  const references = span._refs;
  if (references !== undefined && references.length > 0) writeReferences(w, 6, references);
  w.i32Field(7, context.flags);
  w.integerField(8, micros(span._startTime));
  w.integerField(9, micros(span._duration ?? 0));
  const tags = span._tagData;
  if (tags !== undefined) writeTags(w, 10, tags, encoding);
  const logs = span._logData;
  if (logs !== undefined && logs.length > 0) writeLogs(w, 11, logs, encoding);
  w.structEnd();
}

function writeTags(
  w: ThriftWriter,
  id: number,
  flat: readonly unknown[],
  encoding: Encoding,
): void {
  // Turning a value into text may run the application's code, which may add tags: they are too late.
  const { length } = flat;
  w.structListFieldBegin(id, length / 2);
  for (let i = 0; i < length; i += 2) writeTag(w, flat[i], flat[i + 1], encoding);
}

/**
 * jaeger.thrift `struct Tag`
 *
 *     1 required string key
 *     2 required i32 vType      STRING 0, DOUBLE 1, BOOL 2, LONG 3, BINARY 4
 *     3 optional string vStr
 *     4 optional double vDouble
 *     5 optional bool vBool
 *     6 optional i64 vLong
 *     7 optional binary vBinary
 */
export function writeTag(
  w: ThriftWriter,
  key: unknown,
  value: unknown,
  encoding: Encoding,
): void {
  if (typeof value === 'string') {
    beginTag(w, key, TAG_STRING, encoding);
    w.stringField(3, value);
  } else if (typeof value === 'number') {
    writeNumber(w, key, value, encoding);
  } else if (typeof value === 'boolean') {
    beginTag(w, key, TAG_BOOL, encoding);
    w.boolField(5, value);
  } else {
    writeOther(w, key, value, encoding);
  }
  w.structEnd();
}

/**
 * LONG for what an i64 holds exactly (-0 it does not). NaN and the infinities go out as text: Jaeger
 * takes them as DOUBLE, and then cannot show the trace, since JSON has no such numbers.
 */
function writeNumber(w: ThriftWriter, key: unknown, value: number, encoding: Encoding): void {
  if (!encoding.numbersAsDouble && Number.isSafeInteger(value) && !Object.is(value, -0)) {
    beginTag(w, key, TAG_LONG, encoding);
    w.integerField(6, value);
  } else if (Number.isFinite(value)) {
    beginTag(w, key, TAG_DOUBLE, encoding);
    w.doubleField(4, value);
  } else {
    beginTag(w, key, TAG_STRING, encoding);
    w.stringField(3, String(value));
  }
}

function writeOther(w: ThriftWriter, key: unknown, value: unknown, encoding: Encoding): void {
  const bytes = bytesOfValue(value);
  if (bytes !== undefined) {
    beginTag(w, key, TAG_BINARY, encoding);
    w.binaryField(7, bytes);
  } else {
    beginTag(w, key, TAG_STRING, encoding);
    w.stringField(3, textOfValue(value));
  }
}

/** A tag up to its value: key and type, copied as a whole where this key had this type before. */
function beginTag(w: ThriftWriter, key: unknown, type: number, encoding: Encoding): void {
  const name = textOfKey(key);
  const kept = encoding.kept[type]!;
  const head = kept.get(name);
  w.structBegin();
  if (head !== undefined) {
    w.kept(head);
    w.structResume(2);
    return;
  }
  const start = w.position;
  w.stringField(1, name);
  w.i32Field(2, type);
  kept.add(name, w.view(start));
}

function writeOperationName(w: ThriftWriter, id: number, name: string, kept: KeptNames): void {
  const field = kept.get(name);
  if (field !== undefined) {
    w.kept(field);
    w.structResume(id);
    return;
  }
  const start = w.position;
  w.stringField(id, name);
  kept.add(name, w.view(start));
}

/**
 * jaeger.thrift `struct Log`, in a list
 *
 *     1 required i64 timestamp      us since the epoch
 *     2 required list<Tag> fields
 */
function writeLogs(
  w: ThriftWriter,
  id: number,
  flat: readonly unknown[],
  encoding: Encoding,
): void {
  // As with tags: what comes while this runs is too late.
  const { length } = flat;
  w.structListFieldBegin(id, countLogs(flat));
  for (let i = 0; i < length; ) {
    const fields = flat[i + 1] as number;
    w.structBegin();
    w.integerField(1, micros(flat[i] as number));
    w.structListFieldBegin(2, fields);
    i += 2;
    for (const end = i + 2 * fields; i < end; i += 2) writeTag(w, flat[i], flat[i + 1], encoding);
    w.structEnd();
  }
}

function countLogs(flat: readonly unknown[]): number {
  let logs = 0;
  for (let i = 0; i < flat.length; i += 2 + 2 * (flat[i + 1] as number)) logs++;
  return logs;
}

/** References that say nothing are left out: no ids (a debug id alone), another tracer's, no reference. */
function writeReferences(w: ThriftWriter, id: number, references: readonly Reference[]): void {
  const known: [number, SpanContext][] = [];
  for (const reference of references) {
    const readable = readReference(reference);
    if (readable !== undefined) known.push(readable);
  }
  if (known.length === 0) return;
  w.structListFieldBegin(id, known.length);
  for (const [type, context] of known) writeSpanRef(w, type, context);
}

function readReference(reference: Reference): [number, SpanContext] | undefined {
  try {
    const type = refType(reference);
    const context = type === undefined ? undefined : contextOf(reference.referencedContext());
    return context?.isValid ? [type!, context] : undefined;
  } catch {
    return undefined;
  }
}

function refType(reference: Reference): number | undefined {
  const type = reference.type();
  if (type === REFERENCE_CHILD_OF) return CHILD_OF;
  return type === REFERENCE_FOLLOWS_FROM ? FOLLOWS_FROM : undefined;
}

/**
 * jaeger.thrift `struct SpanRef`
 *
 *     1 required i32 refType      CHILD_OF 0, FOLLOWS_FROM 1
 *     2 required i64 traceIdLow
 *     3 required i64 traceIdHigh
 *     4 required i64 spanId
 */
function writeSpanRef(w: ThriftWriter, type: number, context: SpanContext): void {
  w.structBegin();
  w.i32Field(1, type);
  w.i64Field(2, context.idWord(2), context.idWord(3));
  w.i64Field(3, context.idWord(0), context.idWord(1));
  w.i64Field(4, context.idWord(4), context.idWord(5));
  w.structEnd();
}

/**
 * jaeger.thrift `struct Process`
 *
 *     1 required string serviceName
 *     2 optional list<Tag> tags
 */
export function writeProcess(
  w: ThriftWriter,
  serviceName: string,
  tags: readonly KeyValue[],
  encoding: Encoding,
): void {
  w.structBegin();
  w.stringField(1, textOfKey(serviceName));
  if (tags.length > 0) {
    w.structListFieldBegin(2, tags.length);
    for (const tag of tags) writeTag(w, tag.key, tag.value, encoding);
  }
  w.structEnd();
}

/**
 * What stands before the spans: the message header and the arguments struct of `emitBatch` (for
 * UDP), then jaeger.thrift `struct Batch`
 *
 *     1 required Process process
 *     2 required list<Span> spans
 *     3 optional i64 seqNo            counts batches up, from 1
 *     4 optional ClientStats stats
 */
export function writeBatchHeader(
  w: ThriftWriter,
  process: Uint8Array,
  spanCount: number,
  message: { readonly kind: number } | undefined,
): void {
  if (message !== undefined) {
    w.messageBegin('emitBatch', message.kind, 0);
    w.structBegin();
    w.structFieldBegin(1);
  } else {
    w.structBegin();
  }
  w.structFieldBegin(1);
  w.raw(process);
  w.structResume(1);
  w.structListFieldBegin(2, spanCount);
}

/** What stands behind the spans: the rest of `Batch`, and the end of the arguments struct. */
export function writeBatchTrailer(
  w: ThriftWriter,
  seqNo: number,
  stats: ClientStats | undefined,
  isMessage: boolean,
): void {
  w.structBegin();
  w.structBegin();
  w.structResume(2);
  w.integerField(3, seqNo);
  if (stats !== undefined) writeClientStats(w, 4, stats);
  w.structEnd();
  if (isMessage) w.structEnd();
}

/**
 * jaeger.thrift `struct ClientStats`
 *
 *     1 required i64 fullQueueDroppedSpans
 *     2 required i64 tooLargeDroppedSpans
 *     3 required i64 failedToEmitSpans
 */
function writeClientStats(w: ThriftWriter, id: number, stats: ClientStats): void {
  w.structFieldBegin(id);
  w.integerField(1, stats.fullQueueDroppedSpans);
  w.integerField(2, stats.tooLargeDroppedSpans);
  w.integerField(3, stats.failedToEmitSpans);
  w.structEnd();
}

/** Whole microseconds of milliseconds; what is no number is 0. */
function micros(millis: number): number {
  const value = Math.round(millis * 1000);
  return Number.isSafeInteger(value) ? value : 0;
}
