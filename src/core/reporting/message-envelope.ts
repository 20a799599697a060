import type { KeyValue } from '../span/span-data.js';
import { MESSAGE_ONEWAY, type ThriftWriter } from '../thrift/thrift-writer.js';
import {
  type ClientStats,
  writeBatchHeader,
  writeBatchTrailer,
  writeProcess,
} from '../wire/batch-encoder.js';
import type { Encoding } from '../wire/tag-encoder.js';
import { copyOf, type Message } from './message.js';

/** The largest value of a counter, to know the longest trailer. */
const LARGEST = Number.MAX_SAFE_INTEGER;
/** The largest number of spans, to know the longest header. */
const MOST_SPANS = 0x7fff_ffff;
/** The process may take this part of a message; a larger one is cut, so that spans have room. */
const PROCESS_SHARE = 1 / 2;
/** Lengths that the values of process tags are cut to, one after the other, until it does. */
const PROCESS_VALUE_LENGTHS: readonly number[] = [4096, 1024, 256, 64];

/** What a message has around its spans: the header with the process, and the numbered trailer. */
export class MessageEnvelope {
  /** What it writes is in here, as a view, until it writes again. */
  private readonly scratch: ThriftWriter;
  private readonly isMessage: boolean;
  private process: Uint8Array = new Uint8Array(0);
  private nextSeqNo = 1;

  /** `isMessage`: an `emitBatch` message, and not a bare `Batch`. */
  constructor(scratch: ThriftWriter, isMessage: boolean) {
    this.scratch = scratch;
    this.isMessage = isMessage;
  }

  /** Encodes the process. False where values of its tags had to be cut to leave room for spans. */
  setProcess(
    serviceName: string,
    tags: readonly KeyValue[],
    encoding: Encoding,
    maxMessageBytes: number,
  ): boolean {
    const { scratch } = this;
    for (const length of [encoding.maxValueLength, ...PROCESS_VALUE_LENGTHS]) {
      const maxValueLength = Math.min(length, encoding.maxValueLength);
      scratch.attach(scratch.buffer, 0);
      writeProcess(scratch, serviceName, tags, { ...encoding, maxValueLength });
      this.process = copyOf(scratch.view());
      const isCut = maxValueLength < encoding.maxValueLength;
      if (this.process.length <= PROCESS_SHARE * maxMessageBytes) return !isCut;
    }
    return false;
  }

  /** Bytes of the longest header. */
  maxHeaderBytes(): number {
    return this.header(MOST_SPANS).length;
  }

  /** Bytes of the longest trailer. */
  maxTrailerBytes(): number {
    const { scratch } = this;
    const longest = {
      fullQueueDroppedSpans: LARGEST,
      tooLargeDroppedSpans: LARGEST,
      failedToEmitSpans: LARGEST,
    };
    scratch.position = 0;
    writeBatchTrailer(scratch, LARGEST, longest, this.isMessage);
    return scratch.position;
  }

  header(spanCount: number): Uint8Array {
    const { scratch } = this;
    scratch.position = 0;
    const message = this.isMessage ? { kind: MESSAGE_ONEWAY } : undefined;
    writeBatchHeader(scratch, this.process, spanCount, message);
    return scratch.view();
  }

  /** Writes the trailer behind the spans of a message, with the next sequence number. */
  writeTrailer(writer: ThriftWriter, stats: ClientStats | undefined): void {
    writeBatchTrailer(writer, this.nextSeqNo++, stats, this.isMessage);
  }

  /** A message of spans that are encoded already. */
  messageOf(spans: readonly Uint8Array[], stats: ClientStats | undefined): Message {
    const { scratch } = this;
    const spansAt = this.header(spans.length).length;
    const spanEnds = spans.map((span) => {
      scratch.raw(span);
      return scratch.position - spansAt;
    });
    const spanBytes = scratch.position - spansAt;
    this.writeTrailer(scratch, stats);
    const bytes = copyOf(scratch.view());
    return { bytes, spanCount: spans.length, spanBytes, spansAt, spanEnds, buffer: bytes };
  }
}
