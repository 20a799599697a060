import type { Reference } from 'opentracing';
import { readReferences } from '../context/parent.js';
import type { SpanContext } from '../context/span-context.js';
import type { FinishedSpan, FlatLogs, FlatTags } from '../span/finished-span.js';
import { textOfKey } from '../text/value-text.js';
import type { ThriftWriter } from '../thrift/thrift-writer.js';
import type { Kept } from './kept.js';
import { type Encoding, writeTag } from './tag-encoder.js';

/** jaeger.thrift `enum SpanRefType`. */
const CHILD_OF = 0;
const FOLLOWS_FROM = 1;

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
 *
 * `tags` and `logs`, flat as a span holds them, replace the span's own where not all of them are sent.
 */
export function writeSpan(
  w: ThriftWriter,
  span: FinishedSpan,
  encoding: Encoding,
  tags: FlatTags | undefined = span.ownTags,
  logs: FlatLogs | undefined = span.flatLogs,
): void {
  const context = span.context();
  w.structBegin();
  w.i64Field(1, context._trace1, context._trace0);
  w.i64Field(2, context._trace3, context._trace2);
  w.i64Field(3, context._span1, context._span0);
  w.i64Field(4, context._parent1, context._parent0);
  writeOperationName(w, 5, textOfKey(span.operationName), encoding.kept);
  const references = span.references;
  if (references !== undefined && references.length > 0) writeReferences(w, 6, references);
  w.i32Field(7, context.flags);
  w.integerField(8, micros(span.startTime));
  w.integerField(9, micros(span.duration ?? 0));
  const { samplerTags, startTags } = span;
  if (tags !== undefined || samplerTags !== undefined || startTags !== undefined) {
    writeTags(w, 10, encoding, tags, samplerTags, startTags);
  }
  if (logs !== undefined && logs.length > 0) writeLogs(w, 11, logs, encoding);
  w.structEnd();
}

const NO_TAGS: FlatTags = [];

function writeTags(
  w: ThriftWriter,
  id: number,
  encoding: Encoding,
  own: FlatTags = NO_TAGS,
  samplerTags: FlatTags = NO_TAGS,
  startTags: FlatTags = NO_TAGS,
): void {
  // Turning a value into text may run the application's code, which may add tags: they are too late.
  const { length } = own;
  w.structListFieldBegin(id, (samplerTags.length + startTags.length + length) / 2);
  if (samplerTags.length > 0) writeConstantTags(w, samplerTags, encoding);
  if (startTags.length > 0) writeConstantTags(w, startTags, encoding);
  for (let i = 0; i < length; i += 2) writeTag(w, own[i], own[i + 1], encoding);
}

/** Tags that are the same array, with the same values, each time. */
function writeConstantTags(w: ThriftWriter, flat: FlatTags, encoding: Encoding): void {
  const kept = encoding.kept.block(flat);
  if (kept !== undefined) return w.kept(kept);
  const start = w.position;
  for (let i = 0; i < flat.length; i += 2) writeTag(w, flat[i], flat[i + 1], encoding);
  encoding.kept.addBlock(flat, w.view(start));
}

function writeOperationName(w: ThriftWriter, id: number, name: string, kept: Kept): void {
  const field = kept.operation(name);
  if (field !== undefined) {
    w.kept(field);
    w.structResume(id);
    return;
  }
  const start = w.position;
  w.stringField(id, name);
  kept.addOperation(name, w.view(start));
}

/**
 * jaeger.thrift `struct Log`, in a list
 *
 *     1 required i64 timestamp      us since the epoch
 *     2 required list<Tag> fields
 */
function writeLogs(w: ThriftWriter, id: number, flat: FlatLogs, encoding: Encoding): void {
  // As with tags: what comes while this runs is too late.
  const { length } = flat;
  w.structListFieldBegin(id, countLogs(flat));
  for (let i = 0; i < length; i += 2 + 2 * (flat[i + 1] as number)) writeLog(w, flat, i, encoding);
}

/** The log that begins at `start`: `timestamp, n, key, value ...`. */
export function writeLog(w: ThriftWriter, flat: FlatLogs, start: number, encoding: Encoding): void {
  const fields = flat[start + 1] as number;
  w.structBegin();
  w.integerField(1, micros(flat[start] as number));
  w.structListFieldBegin(2, fields);
  const end = start + 2 + 2 * fields;
  for (let i = start + 2; i < end; i += 2) writeTag(w, flat[i], flat[i + 1], encoding);
  w.structEnd();
}

function countLogs(flat: FlatLogs): number {
  let logs = 0;
  for (let i = 0; i < flat.length; i += 2 + 2 * (flat[i + 1] as number)) logs++;
  return logs;
}

function writeReferences(w: ThriftWriter, id: number, references: readonly Reference[]): void {
  const known = readReferences(references);
  if (known.length === 0) return;
  w.structListFieldBegin(id, known.length);
  for (const { childOf, context } of known) {
    writeSpanRef(w, childOf ? CHILD_OF : FOLLOWS_FROM, context);
  }
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
  w.i64Field(2, context._trace1, context._trace0);
  w.i64Field(3, context._trace3, context._trace2);
  w.i64Field(4, context._span1, context._span0);
  w.structEnd();
}

/** Whole microseconds of milliseconds. Non-numbers, and what no i64 holds, become 0. */
function micros(millis: number): number {
  const value = Math.round(millis * 1000);
  return Math.abs(value) < 2 ** 63 ? value : 0;
}
