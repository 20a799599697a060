import type { FinishedSpan } from '../span/finished-span.js';
import type { KeyValue } from '../span/span-data.js';
import { BinaryWriter } from '../thrift/binary-writer.js';
import { CompactWriter } from '../thrift/compact-writer.js';
import { writeSpan } from '../wire/span-encoder.js';
import {
  type ClientStats,
  writeBatchHeader,
  writeBatchTrailer,
  writeProcess,
} from '../wire/batch-encoder.js';
import { type Encoding, newEncoding, type ValueOptions } from '../wire/tag-encoder.js';
import {
  isBufferLimitError,
  MESSAGE_ONEWAY,
  type ThriftWriter,
  type WriterHost,
} from '../thrift/thrift-writer.js';
import type { Wire } from './sender.js';
import { SpanTrimmer } from './span-trimmer.js';

/** A finished message: one datagram, or the body of one request. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
  /** Bytes of its encoded spans alone. */
  readonly spanBytes: number;
  /** Where the first span starts in `bytes`, and where each span ends, counted from there. */
  readonly spansAt: number;
  readonly spanEnds: readonly number[];
  /** What `bytes` is a part of; `recycle` takes it back. */
  readonly buffer: Uint8Array;
}

/** What `split` made of a message: smaller ones, and spans that are too large for any of them. */
export interface SplitMessage {
  readonly messages: readonly Message[];
  readonly lostSpans: number;
  readonly lostBytes: number;
}

/** Spans of this many bytes and less are written behind a full message without growing its buffer. */
const OVERHANG_BYTES = 8 * 1024;
/** Buffers kept for the next messages: one in flight, one being filled. */
const SPARE_BUFFERS = 2;
/** The largest value of a counter, to know the longest trailer. */
const LARGEST = Number.MAX_SAFE_INTEGER;
/** The process may take this part of a message; a larger one is cut, so that spans have room. */
const PROCESS_SHARE = 1 / 2;
/** Lengths that the values of process tags are cut to, one after the other, until it does. */
const PROCESS_VALUE_LENGTHS: readonly number[] = [4096, 1024, 256, 64];
/**
 * UTF-8 takes up to three bytes a UTF-16 unit, and room for the longest value is made before it is
 * written: a buffer of this many messages is enough for any span that fits into one.
 */
const BUFFER_MESSAGES = 5;

/**
 * Encodes spans straight into the bytes of the next message, so that a waiting span costs its bytes
 * and no object.
 *
 *     |   room for the header   | span | span | span |  candidate  |   ...   |
 *               ^ start         ^ first              ^ committed   ^ position
 *
 * A span is written behind the committed ones and is a candidate until `commit()` or `rollback()`.
 * The header says how many spans follow, in one to five bytes, so `seal()` writes it last, right
 * before the first span. A candidate that does not fit any more moves on into the next message.
 */
export class MessageBuilder {
  private readonly writer: ThriftWriter;
  private readonly scratch: ThriftWriter;
  private readonly wire: Wire;
  private readonly values: ValueOptions;
  private readonly host: WriterHost;
  private readonly allocate: (length: number) => Uint8Array;
  private readonly spares: Uint8Array[] = [];
  private maxMessageBytes: number;
  private encoding: Encoding;
  private serviceName = '';
  private processTags: readonly KeyValue[] = [];
  private process: Uint8Array = new Uint8Array(0);
  private first = 0;
  private committed = 0;
  private bufferBytes = 0;
  private nextSeqNo = 1;
  private spanEnds: number[] = [];
  private maxBytes = 0;

  constructor(wire: Wire, maxMessageBytes: number, values: ValueOptions, host: WriterHost) {
    this.wire = wire;
    this.values = values;
    this.host = host;
    this.maxMessageBytes = maxMessageBytes;
    this.encoding = encodingOf(values, maxMessageBytes);
    this.allocate = host.allocate ?? ((length) => new Uint8Array(length));
    this.writer = newWriter(wire, host);
    this.scratch = newWriter(wire, host);
  }

  /**
   * Encodes the process once: it stands in every message. Call it before the first span. False where
   * values of its tags had to be cut.
   */
  setProcess(serviceName: string, tags: readonly KeyValue[]): boolean {
    this.serviceName = serviceName;
    this.processTags = tags;
    const isWhole = this.encodeProcess();
    const { scratch } = this;
    this.first = this.writeHeader(0x7fff_ffff);
    scratch.position = 0;
    const longest = {
      fullQueueDroppedSpans: LARGEST,
      tooLargeDroppedSpans: LARGEST,
      failedToEmitSpans: LARGEST,
    };
    writeBatchTrailer(scratch, LARGEST, longest, this.wire.message);
    this.maxBytes = Math.max(0, this.maxMessageBytes - this.first - scratch.position);
    this.bufferBytes = this.maxMessageBytes + OVERHANG_BYTES;
    this.writer.maxBytes = BUFFER_MESSAGES * this.bufferBytes;
    this.startMessage(this.allocate(this.bufferBytes));
    return isWhole;
  }

  /** Messages are no larger from here on. Nothing may be committed. */
  lowerLimit(maxMessageBytes: number): void {
    this.maxMessageBytes = maxMessageBytes;
    this.encoding = encodingOf(this.values, maxMessageBytes);
    this.spares.length = 0;
    this.setProcess(this.serviceName, this.processTags);
  }

  /** The largest message, in bytes. */
  get limit(): number {
    return this.maxMessageBytes;
  }

  /** Bytes that the spans of one message may take together. Known after `setProcess`. */
  get maxSpanBytes(): number {
    return this.maxBytes;
  }

  /** Spans committed to the message being filled. */
  get spanCount(): number {
    return this.spanEnds.length;
  }

  /**
   * Writes a candidate and returns its size in bytes: infinite where it is far too large, which is
   * not found out by writing all of it. What throws here must be rolled back.
   */
  encode(span: FinishedSpan): number {
    try {
      writeSpan(this.writer, span, this.encoding);
    } catch (error) {
      if (isBufferLimitError(error)) return Number.POSITIVE_INFINITY;
      throw error;
    }
    return this.writer.position - this.committed;
  }

  /** Writes a span that is too large for a message so that it fits; 0 where that cannot be. */
  encodeTrimmed(span: FinishedSpan): number {
    const trimmer = new SpanTrimmer(newWriter(this.wire, this.host), this.encoding);
    const trimmed = trimmer.trim(span, this.maxBytes);
    if (trimmed === undefined) return 0;
    this.writer.raw(trimmed);
    return trimmed.length;
  }

  /** Whether the candidate still fits into the message being filled. */
  fits(): boolean {
    return this.writer.position - this.first <= this.maxBytes;
  }

  commit(): void {
    this.committed = this.writer.position;
    this.spanEnds.push(this.committed - this.first);
  }

  rollback(): void {
    const writer = this.writer;
    writer.attach(writer.buffer, this.committed);
    // One huge span must not leave a huge buffer behind.
    if (writer.buffer.length <= 2 * this.bufferBytes) return;
    const usual = this.takeBuffer(this.committed);
    usual.set(writer.buffer.subarray(this.first, this.committed), this.first);
    writer.attach(usual, this.committed);
  }

  /** Ends the message of the committed spans; a candidate becomes the first of the next one. */
  seal(stats: ClientStats | undefined): Message {
    const { writer, first, committed } = this;
    const { buffer } = writer;
    const candidateBytes = writer.position - committed;
    const next = this.takeBuffer(first + candidateBytes);
    next.set(buffer.subarray(committed, writer.position), first);

    const headerBytes = this.writeHeader(this.spanCount);
    const start = first - headerBytes;
    buffer.set(this.scratch.view(), start);
    writer.attach(buffer, committed);
    writeBatchTrailer(writer, this.nextSeqNo++, stats, this.wire.message);
    const bytes = writer.buffer.subarray(start, writer.position);
    const message: Message = {
      // A buffer that a large span made grow does not wait with the message.
      bytes: buffer.length > this.bufferBytes ? copyOf(bytes) : bytes,
      spanCount: this.spanCount,
      spanBytes: committed - first,
      spansAt: headerBytes,
      spanEnds: this.spanEnds,
      buffer,
    };
    this.startMessage(next);
    writer.position = first + candidateBytes;
    return message;
  }

  /** The spans of a message in messages of the limit that holds now. The old number is not used again. */
  split(message: Message, stats: ClientStats | undefined): SplitMessage {
    const { bytes, spansAt, spanEnds } = message;
    const messages: Message[] = [];
    const spans: Uint8Array[] = [];
    let [size, lostSpans, lostBytes, start] = [0, 0, 0, 0];
    const end = (): void => {
      if (spans.length > 0) messages.push(this.messageOf(spans, stats));
      spans.length = size = 0;
    };
    for (const spanEnd of spanEnds) {
      const span = bytes.subarray(spansAt + start, spansAt + spanEnd);
      start = spanEnd;
      if (span.length > this.maxBytes) {
        lostSpans++;
        lostBytes += span.length;
        continue;
      }
      if (size + span.length > this.maxBytes) end();
      spans.push(span);
      size += span.length;
    }
    end();
    return { messages, lostSpans, lostBytes };
  }

  /** Takes back the buffer of a message that has left. */
  recycle(message: Message): void {
    const usual = message.buffer.length === this.bufferBytes;
    if (usual && this.spares.length < SPARE_BUFFERS) this.spares.push(message.buffer);
  }

  private startMessage(buffer: Uint8Array): void {
    this.writer.attach(buffer, this.first);
    this.committed = this.first;
    this.spanEnds = [];
  }

  /** A message of spans that are encoded already. */
  private messageOf(spans: readonly Uint8Array[], stats: ClientStats | undefined): Message {
    const { scratch } = this;
    const spansAt = this.writeHeader(spans.length);
    const spanEnds = spans.map((span) => {
      scratch.raw(span);
      return scratch.position - spansAt;
    });
    const spanBytes = scratch.position - spansAt;
    writeBatchTrailer(scratch, this.nextSeqNo++, stats, this.wire.message);
    const bytes = copyOf(scratch.view());
    return { bytes, spanCount: spans.length, spanBytes, spansAt, spanEnds, buffer: bytes };
  }

  /** Into `process`; false where it has to be cut to leave room for spans. */
  private encodeProcess(): boolean {
    const { scratch, encoding, serviceName, processTags } = this;
    for (const length of [encoding.maxValueLength, ...PROCESS_VALUE_LENGTHS]) {
      const maxValueLength = Math.min(length, encoding.maxValueLength);
      scratch.attach(scratch.buffer, 0);
      writeProcess(scratch, serviceName, processTags, { ...encoding, maxValueLength });
      this.process = copyOf(scratch.view());
      const isCut = maxValueLength < encoding.maxValueLength;
      if (this.process.length <= PROCESS_SHARE * this.maxMessageBytes) return !isCut;
    }
    return false;
  }

  private takeBuffer(needed: number = 0): Uint8Array {
    if (needed > this.bufferBytes) return this.allocate(needed + OVERHANG_BYTES);
    return this.spares.pop() ?? this.allocate(this.bufferBytes);
  }

  /** Writes a header into the scratch buffer and returns its length. */
  private writeHeader(spanCount: number): number {
    this.scratch.position = 0;
    writeBatchHeader(
      this.scratch,
      this.process,
      spanCount,
      this.wire.message ? { kind: MESSAGE_ONEWAY } : undefined,
    );
    return this.scratch.position;
  }
}

/** A copy. `bytes.slice()` would be a view where the platform's bytes are Buffers. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes);
}

/** No value that is longer than a message can be sent: what it costs to write one is bounded by that. */
function encodingOf(values: ValueOptions, maxMessageBytes: number): Encoding {
  const { numbersAsDouble, maxTagValueLength } = values;
  const isLimited = maxTagValueLength > 0 && maxTagValueLength < maxMessageBytes;
  const maxValueLength = isLimited ? maxTagValueLength : maxMessageBytes;
  return newEncoding({ numbersAsDouble, maxValueLength });
}

function newWriter(wire: Wire, host: WriterHost): ThriftWriter {
  return wire.protocol === 'compact' ? new CompactWriter(host) : new BinaryWriter(host);
}
