import type { FinishedSpan } from '../span/finished-span.js';
import type { KeyValue } from '../span/span-data.js';
import { BinaryWriter } from '../thrift/binary-writer.js';
import { CompactWriter } from '../thrift/compact-writer.js';
import {
  isBufferLimitError,
  SMALLEST_BUFFER,
  type ThriftWriter,
  type WriterHost,
} from '../thrift/thrift-writer.js';
import type { ClientStats } from '../wire/batch-encoder.js';
import { writeSpan } from '../wire/span-encoder.js';
import { type Encoding, newEncoding, type ValueOptions } from '../wire/tag-encoder.js';
import { copyOf, groupSpans, type Message } from './message.js';
import { MessageEnvelope } from './message-envelope.js';
import type { Wire } from './sender.js';
import { SpanTrimmer } from './span-trimmer.js';

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
 *
 * Buffers begin small, and double up to what a full message takes: a tracer of which little is asked costs
 * little, whatever the limit is. What a message has needed, the next one begins with.
 */
export class MessageBuilder {
  private readonly writer: ThriftWriter;
  private readonly envelope: MessageEnvelope;
  private readonly wire: Wire;
  private readonly values: ValueOptions;
  private readonly host: WriterHost;
  private readonly allocate: (length: number) => Uint8Array;
  private readonly spares: Uint8Array[] = [];
  private maxMessageBytes: number;
  private encoding: Encoding;
  private serviceName = '';
  private processTags: readonly KeyValue[] = [];
  private first = 0;
  private committed = 0;
  /** A buffer of a full message. */
  private fullBufferBytes = 0;
  /** What a new buffer begins with: the largest so far, but no more than the above. */
  private bufferBytes: number = SMALLEST_BUFFER;
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
    this.envelope = new MessageEnvelope(newWriter(wire, host), wire.message);
  }

  /**
   * Encodes the process once: it stands in every message. Call it before the first span. False where
   * values of its tags had to be cut.
   */
  setProcess(serviceName: string, tags: readonly KeyValue[]): boolean {
    this.serviceName = serviceName;
    this.processTags = tags;
    const { envelope, encoding, maxMessageBytes } = this;
    const isWhole = envelope.setProcess(serviceName, tags, encoding, maxMessageBytes);
    this.first = envelope.maxHeaderBytes();
    this.maxBytes = Math.max(0, maxMessageBytes - this.first - envelope.maxTrailerBytes());
    this.fullBufferBytes = maxMessageBytes + OVERHANG_BYTES;
    this.bufferBytes = Math.min(this.bufferBytes, this.fullBufferBytes);
    this.writer.maxBytes = BUFFER_MESSAGES * this.fullBufferBytes;
    this.writer.usualBytes = this.fullBufferBytes;
    this.startMessage(this.takeBuffer(this.first));
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
    if (writer.buffer.length <= 2 * this.fullBufferBytes) return;
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

    const header = this.envelope.header(this.spanCount);
    const start = first - header.length;
    buffer.set(header, start);
    writer.attach(buffer, committed);
    this.envelope.writeTrailer(writer, stats);
    const bytes = writer.buffer.subarray(start, writer.position);
    const filled = writer.buffer;
    this.bufferBytes = Math.min(this.fullBufferBytes, Math.max(this.bufferBytes, filled.length));
    const message: Message = {
      // A buffer that a large span made grow does not wait with the message.
      bytes: filled.length > this.fullBufferBytes ? copyOf(bytes) : bytes,
      spanCount: this.spanCount,
      spanBytes: committed - first,
      spansAt: header.length,
      spanEnds: this.spanEnds,
      buffer: filled,
    };
    this.startMessage(next);
    writer.position = first + candidateBytes;
    return message;
  }

  /** The spans of a message in messages of the limit that holds now. The old number is not used again. */
  split(message: Message, stats: ClientStats | undefined): SplitMessage {
    const { groups, lostSpans, lostBytes } = groupSpans(message, this.maxBytes);
    const messages = groups.map((spans) => this.envelope.messageOf(spans, stats));
    return { messages, lostSpans, lostBytes };
  }

  /** Takes back the buffer of a message that has left. */
  recycle(message: Message): void {
    const isUsual = message.buffer.length <= this.fullBufferBytes;
    if (isUsual && this.spares.length < SPARE_BUFFERS) this.spares.push(message.buffer);
  }

  private startMessage(buffer: Uint8Array): void {
    this.writer.attach(buffer, this.first);
    this.committed = this.first;
    this.spanEnds = [];
  }

  /** A buffer with room for that much at least. */
  private takeBuffer(needed: number): Uint8Array {
    if (needed > this.fullBufferBytes) return this.allocate(needed + OVERHANG_BYTES);
    const spare = this.spares.pop();
    if (spare !== undefined && spare.length >= needed) return spare;
    return this.allocate(Math.max(needed, this.bufferBytes));
  }
}

/** No value that is longer than a message can be sent: what it costs to write one is bounded by that. */
function encodingOf(values: ValueOptions, maxMessageBytes: number): Encoding {
  const { numbersAsDouble, maxTagValueLength } = values;
  const isLimited = maxTagValueLength > 0 && maxTagValueLength < maxMessageBytes;
  const maxValueLength = isLimited ? maxTagValueLength : maxMessageBytes;
  return newEncoding({ numbersAsDouble, maxValueLength });
}

/** With no buffer yet. */
function newWriter(wire: Wire, host: WriterHost): ThriftWriter {
  return wire.protocol === 'compact' ? new CompactWriter(host, 0) : new BinaryWriter(host, 0);
}
