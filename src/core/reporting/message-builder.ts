import type { Span } from '../span.js';
import type { KeyValue } from '../span-data.js';
import { BinaryWriter } from '../thrift/binary-writer.js';
import { CompactWriter } from '../thrift/compact-writer.js';
import {
  type ClientStats,
  writeBatchHeader,
  writeBatchTrailer,
  writeProcess,
  writeSpan,
} from '../thrift/jaeger-encoder.js';
import { type Encoding, newEncoding } from '../thrift/tag-encoder.js';
import { MESSAGE_ONEWAY, type ThriftWriter, type WriterHost } from '../thrift/thrift-writer.js';
import type { Wire } from './sender.js';

/** A finished message: one datagram, or the body of one request. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly spanCount: number;
  /** Bytes of its encoded spans alone. */
  readonly spanBytes: number;
  /** What `bytes` is a part of; `recycle` takes it back. */
  readonly buffer: Uint8Array;
}

/** Spans of this many bytes and less are written behind a full message without growing its buffer. */
const OVERHANG_BYTES = 8 * 1024;
/** Buffers kept for the next messages: one in flight, one being filled. */
const SPARE_BUFFERS = 2;
/** The largest value of a counter, to know the longest trailer. */
const LARGEST = Number.MAX_SAFE_INTEGER;

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
  private readonly maxMessageBytes: number;
  private readonly encoding: Encoding;
  private readonly allocate: (length: number) => Uint8Array;
  private readonly spares: Uint8Array[] = [];
  private process: Uint8Array = new Uint8Array(0);
  private first = 0;
  private committed = 0;
  private bufferBytes = 0;
  private nextSeqNo = 1;
  private spans = 0;
  private maxBytes = 0;

  constructor(wire: Wire, maxMessageBytes: number, numbersAsDouble: boolean, host: WriterHost) {
    this.wire = wire;
    this.maxMessageBytes = maxMessageBytes;
    this.encoding = newEncoding(numbersAsDouble);
    this.allocate = host.allocate ?? ((length) => new Uint8Array(length));
    this.writer = newWriter(wire, host);
    this.scratch = newWriter(wire, host);
  }

  /** Encodes the process once: it stands in every message. Call it before the first span. */
  setProcess(serviceName: string, tags: readonly KeyValue[]): void {
    const scratch = this.scratch;
    scratch.position = 0;
    writeProcess(scratch, serviceName, tags, this.encoding);
    this.process = copyOf(scratch.view());
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
    this.startMessage(this.allocate(this.bufferBytes));
  }

  /** Bytes that the spans of one message may take together. Known after `setProcess`. */
  get maxSpanBytes(): number {
    return this.maxBytes;
  }

  /** Spans committed to the message being filled. */
  get spanCount(): number {
    return this.spans;
  }

  /** Writes a candidate and returns its size in bytes. What throws here must be rolled back. */
  encode(span: Span): number {
    writeSpan(this.writer, span, this.encoding);
    return this.writer.position - this.committed;
  }

  /** Whether the candidate still fits into the message being filled. */
  fits(): boolean {
    return this.writer.position - this.first <= this.maxBytes;
  }

  commit(): void {
    this.committed = this.writer.position;
    this.spans++;
  }

  rollback(): void {
    const writer = this.writer;
    writer.attach(writer.buffer, this.committed);
    // One huge span must not leave a huge buffer behind.
    if (writer.buffer.length <= 2 * this.bufferBytes) return;
    const usual = this.takeBuffer();
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

    const headerBytes = this.writeHeader(this.spans);
    const start = first - headerBytes;
    buffer.set(this.scratch.view(), start);
    writer.attach(buffer, committed);
    writeBatchTrailer(writer, this.nextSeqNo++, stats, this.wire.message);
    const bytes = writer.buffer.subarray(start, writer.position);
    const message: Message = {
      // A buffer that a large span made grow does not wait with the message.
      bytes: buffer.length > this.bufferBytes ? copyOf(bytes) : bytes,
      spanCount: this.spans,
      spanBytes: committed - first,
      buffer,
    };
    this.startMessage(next);
    writer.position = first + candidateBytes;
    return message;
  }

  /** Takes back the buffer of a message that has left. */
  recycle(message: Message): void {
    const usual = message.buffer.length === this.bufferBytes;
    if (usual && this.spares.length < SPARE_BUFFERS) this.spares.push(message.buffer);
  }

  private startMessage(buffer: Uint8Array): void {
    this.writer.attach(buffer, this.first);
    this.committed = this.first;
    this.spans = 0;
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

function newWriter(wire: Wire, host: WriterHost): ThriftWriter {
  return wire.protocol === 'compact' ? new CompactWriter(host) : new BinaryWriter(host);
}
