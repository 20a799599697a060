import type { KeyValue } from '../span/span-data.js';
import { textOfKey } from '../text/value-text.js';
import type { ThriftWriter } from '../thrift/thrift-writer.js';
import { type Encoding, writeTag } from './tag-encoder.js';

/** Totals since the reporter started: what the backend can be told about spans that it never got. */
export interface ClientStats {
  readonly fullQueueDroppedSpans: number;
  readonly tooLargeDroppedSpans: number;
  readonly failedToEmitSpans: number;
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
