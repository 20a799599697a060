import { BinaryReader } from './binary-reader.js';
import { CompactReader } from './compact-reader.js';
import { missing, readInteger, readList } from './jaeger-decoder-values.js';
import type {
  JaegerBatch,
  JaegerClientStats,
  JaegerProcess,
  JaegerSpan,
  JaegerTag,
} from './jaeger-model.js';
import { readSpan, readTag } from './jaeger-span-decoder.js';
import {
  type ThriftReader,
  TYPE_I64,
  TYPE_LIST,
  TYPE_STRING,
  TYPE_STRUCT,
} from './thrift-reader.js';

/** Message kinds of the Thrift protocols. */
const MESSAGE_CALL = 1;
const MESSAGE_ONEWAY = 4;

/** The two Thrift encodings that Jaeger accepts. */
export type ThriftEncoding = 'compact' | 'binary';

/** A decoded batch, and the number of input bytes after it. */
export interface DecodedBatch {
  readonly batch: JaegerBatch;
  readonly trailingBytes: number;
}

/** A decoded call of `emitBatch`. */
export interface DecodedMessage extends DecodedBatch {
  readonly sequenceId: number;
  readonly oneway: boolean;
}

/*
 * As in Apache's generated code: fields may come in any order, the last of several wins, and unknown fields,
 * fields of another type than declared, and lists of anything but structs are skipped. A missing required
 * field is an error.
 */

/**
 * Decodes one datagram: a message `emitBatch`, oneway or call. Throws only `ThriftDecodeError`. Allocates at
 * most a small multiple of the input's length.
 */
export function decodeMessage(bytes: Uint8Array, encoding: ThriftEncoding): DecodedMessage {
  const r = openReader(bytes, encoding);
  const { name, kind, sequenceId } = r.messageBegin();
  if (name !== 'emitBatch' || (kind !== MESSAGE_ONEWAY && kind !== MESSAGE_CALL)) {
    r.fail(
      'unknown-method',
      `no call of emitBatch: kind ${kind}, name of ${name.length} characters`,
      0,
    );
  }
  const batch = readArguments(r);
  return { batch, trailingBytes: r.remaining, sequenceId, oneway: kind === MESSAGE_ONEWAY };
}

/** Decodes the body of an HTTP request: a bare `Batch`. Otherwise like `decodeMessage`. */
export function decodeBatch(bytes: Uint8Array, encoding: ThriftEncoding): DecodedBatch {
  const r = openReader(bytes, encoding);
  const batch = readBatch(r);
  return { batch, trailingBytes: r.remaining };
}

function openReader(bytes: Uint8Array, encoding: ThriftEncoding): ThriftReader {
  return encoding === 'compact' ? new CompactReader(bytes) : new BinaryReader(bytes);
}

/**
 * agent.thrift `oneway void emitBatch`
 *
 *     1 Batch batch
 */
function readArguments(r: ThriftReader): JaegerBatch {
  let batch: JaegerBatch | undefined;
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_STRUCT)) batch = readBatch(r);
    else r.skipField();
  }
  r.structEnd();
  return batch ?? missing(r, 'emitBatch.batch');
}

/**
 * jaeger.thrift `struct Batch`
 *
 *     1 required Process process
 *     2 required list<Span> spans
 *     3 optional i64 seqNo
 *     4 optional ClientStats stats
 */
function readBatch(r: ThriftReader): JaegerBatch {
  let process: JaegerProcess | undefined;
  let spans: JaegerSpan[] | undefined;
  let seqNo: number | undefined;
  let stats: JaegerClientStats | undefined;
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_STRUCT)) process = readProcess(r);
    else if (r.at(2, TYPE_LIST)) spans = readList(r, readSpan) ?? spans;
    else if (r.at(3, TYPE_I64)) seqNo = readInteger(r);
    else if (r.at(4, TYPE_STRUCT)) stats = readClientStats(r);
    else r.skipField();
  }
  r.structEnd();
  return {
    process: process ?? missing(r, 'Batch.process'),
    spans: spans ?? missing(r, 'Batch.spans'),
    seqNo,
    stats,
  };
}

/**
 * jaeger.thrift `struct ClientStats`
 *
 *     1 required i64 fullQueueDroppedSpans
 *     2 required i64 tooLargeDroppedSpans
 *     3 required i64 failedToEmitSpans
 */
function readClientStats(r: ThriftReader): JaegerClientStats {
  let fullQueue: number | undefined;
  let tooLarge: number | undefined;
  let failed: number | undefined;
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_I64)) fullQueue = readInteger(r);
    else if (r.at(2, TYPE_I64)) tooLarge = readInteger(r);
    else if (r.at(3, TYPE_I64)) failed = readInteger(r);
    else r.skipField();
  }
  r.structEnd();
  return {
    fullQueueDroppedSpans: fullQueue ?? missing(r, 'ClientStats.fullQueueDroppedSpans'),
    tooLargeDroppedSpans: tooLarge ?? missing(r, 'ClientStats.tooLargeDroppedSpans'),
    failedToEmitSpans: failed ?? missing(r, 'ClientStats.failedToEmitSpans'),
  };
}

/**
 * jaeger.thrift `struct Process`
 *
 *     1 required string serviceName
 *     2 optional list<Tag> tags
 */
function readProcess(r: ThriftReader): JaegerProcess {
  let serviceName: string | undefined;
  let tags: JaegerTag[] | undefined;
  r.structBegin();
  while (r.nextField()) {
    if (r.at(1, TYPE_STRING)) serviceName = r.string();
    else if (r.at(2, TYPE_LIST)) tags = readList(r, readTag) ?? tags;
    else r.skipField();
  }
  r.structEnd();
  return { serviceName: serviceName ?? missing(r, 'Process.serviceName'), tags: tags ?? [] };
}
