import { count, type Metrics, show } from '../host/metrics.js';
import type { Platform } from '../host/platform.js';
import type { FinishedSpan } from '../span/finished-span.js';
import type { KeyValue } from '../span/span-data.js';
import { messageOfThrown } from '../text/thrown-text.js';
import type { ReporterCounters } from './accounting.js';
import { FlushWaiters } from './flush-waiters.js';
import type { Message } from './message.js';
import { MessageBuilder } from './message-builder.js';
import { smallerLimit } from './message-limit.js';
import type { Pipeline, PipelineSetup } from './pipeline.js';
import { ReporterLog } from './reporter-log.js';
import type { Sender } from './sender.js';
import { clientStatsOf, SpanLosses } from './span-losses.js';

/**
 * Encoding a span may run the application's code (`toJSON`), which may finish spans. They are taken
 * after it, up to this many: code that always finishes another span would never come to an end.
 */
const DEFERRED_MAX = 100;

/**
 * Finished spans to whole messages to a sender:
 *
 *     report ─► builder (the message being filled) ─► sealed messages ─► one in flight ─► sender
 *               └────────── at most maxQueuedBytes of spans wait in all three ──────────┘
 *
 * A message is sealed when the next span would not fit any more, and for `flush()` as soon as
 * nothing is before it: so all that wait but one are full, and a slow socket costs little more
 * memory than the bytes that are counted.
 */
export class MessagePipeline implements Pipeline {
  private readonly sender: Sender;
  private readonly builder: MessageBuilder;
  private readonly counters: ReporterCounters;
  private readonly metrics: Metrics;
  private readonly log: ReporterLog;
  private readonly losses: SpanLosses;
  private readonly maxQueuedBytes: number;
  private readonly maxQueueSize: number;
  private readonly sealed: Message[] = [];
  private inFlight: Message | undefined = undefined;
  private waitingBytes = 0;
  private ready = false;
  /** To be encoded before the next span: only then may what is in it be asked for. */
  private newProcess: { readonly serviceName: string; readonly tags: KeyValue[] } | undefined =
    undefined;
  private encoding = false;
  /** Why the span that was encoded last could not be. */
  private failure:
    | { readonly span: FinishedSpan; readonly size: number }
    | { readonly error: unknown }
    | undefined = undefined;
  private readonly deferred: FinishedSpan[] = [];
  private nextDeferred = 0;
  private abandoned = false;
  private readonly waiters: FlushWaiters = new FlushWaiters();
  private readonly runOutside: NonNullable<Platform['runOutside']>;

  constructor(sender: Sender, setup: PipelineSetup) {
    this.sender = sender;
    this.counters = setup.counters;
    this.metrics = setup.metrics;
    this.log = new ReporterLog(setup.logger);
    this.losses = new SpanLosses(setup.counters, setup.metrics, this.log);
    this.maxQueuedBytes = setup.maxQueuedBytes;
    this.maxQueueSize = setup.maxQueueSize;
    this.runOutside = setup.platform.runOutside ?? ((work) => work());
    this.builder = new MessageBuilder(
      sender.wire,
      sender.maxMessageBytes,
      setup.values,
      setup.platform,
    );
  }

  setProcess(serviceName: string, tags: KeyValue[]): void {
    if (this.ready && this.builder.spanCount > 0) this.seal();
    this.newProcess = { serviceName, tags };
    this.ready = true;
  }

  report(span: FinishedSpan): boolean {
    if (this.encoding) return this.defer(span);
    const waits = this.take(span);
    if (this.deferred.length > 0) this.takeDeferred();
    if (this.waiters.areWaiting) this.sendNext();
    return waits;
  }

  flush(): Promise<void> {
    if (!this.ready) this.log.withoutProcess();
    if (this.waiters.isIdle) return Promise.resolve();
    const flushed = this.waiters.wait();
    this.sendNext();
    return flushed;
  }

  abandon(): void {
    if (this.abandoned) return;
    this.abandoned = true;
    const left = this.counters.waiting;
    this.counters.dropped.closed += left;
    this.counters.waiting = 0;
    this.deferred.length = 0;
    this.nextDeferred = 0;
    this.sealed.length = 0;
    this.waiters.settleAll();
    this.waiters.wake();
    if (left > 0) count(this.metrics.reporterDropped, left);
    this.runOutside(() => {
      this.closeSender().catch((error: unknown) => this.log.closeFailed(error));
    });
  }

  private take(span: FinishedSpan): boolean {
    if (this.abandoned) return this.losses.closed();
    if (!this.ready) return this.losses.unencoded('process is not set');
    if (this.waitingBytes >= this.maxQueuedBytes || this.isFullOf(1, 0)) {
      return this.losses.queueFull(this.waitingBytes);
    }
    // From here on, since encoding may run code that asks.
    this.counters.waiting++;
    const bytes = this.encode(span);
    if (this.abandoned) return false; // and counted there
    if (bytes === 0 || this.isFullOf(0, bytes)) {
      this.builder.rollback();
      this.counters.waiting--;
      return bytes === 0 ? this.dropFailed() : this.losses.queueFull(this.waitingBytes);
    }
    const isFull = !this.builder.fits();
    if (isFull) this.seal();
    this.builder.commit();
    this.waiters.take();
    this.waitingBytes += bytes;
    // Last: a sender or a gauge may finish another span, which is written where the candidate was.
    if (isFull) this.sendNext();
    return true;
  }

  /** Writes a candidate and returns its size in bytes; 0 where there is none, and `failure` says why. */
  private encode(span: FinishedSpan): number {
    const { builder } = this;
    this.encoding = true;
    try {
      if (this.newProcess !== undefined) this.encodeProcess(this.newProcess);
      const size = builder.encode(span);
      if (size <= builder.maxSpanBytes) return size;
      builder.rollback();
      const bytes = builder.encodeTrimmed(span);
      if (bytes === 0) this.failure = { span, size };
      return bytes;
    } catch (error) {
      this.failure = { error };
      return 0;
    } finally {
      this.encoding = false;
    }
  }

  private encodeProcess(process: {
    readonly serviceName: string;
    readonly tags: KeyValue[];
  }): void {
    const isWhole = this.builder.setProcess(process.serviceName, process.tags);
    if (this.newProcess === process) this.newProcess = undefined;
    if (!isWhole) this.log.processWasCut();
  }

  private takeDeferred(): void {
    while (this.nextDeferred < this.deferred.length) {
      // Before it is taken: that may send, and run the application's code, which comes here again.
      const span = this.deferred[this.nextDeferred++]!;
      this.counters.waiting--;
      this.take(span);
    }
    this.deferred.length = 0;
    this.nextDeferred = 0;
  }

  private defer(span: FinishedSpan): boolean {
    if (this.deferred.length >= DEFERRED_MAX) {
      return this.losses.unencoded(
        `more than ${DEFERRED_MAX} spans finished while one span was encoded`,
      );
    }
    this.deferred.push(span);
    this.counters.waiting++;
    return true;
  }

  /** Rejects also where the sender throws at once. */
  private async closeSender(): Promise<void> {
    await this.sender.close();
  }

  /** Whether so many more spans, of so many bytes, are too many. */
  private isFullOf(spans: number, bytes: number): boolean {
    return (
      this.waitingBytes + bytes > this.maxQueuedBytes ||
      (this.maxQueueSize > 0 && this.counters.waiting + spans > this.maxQueueSize)
    );
  }

  private seal(): void {
    this.sealed.push(this.builder.seal(clientStatsOf(this.counters)));
  }

  /** Sends the oldest message where none is in flight; the one being filled, where a flush waits. */
  private sendNext(): void {
    if (this.inFlight !== undefined || this.abandoned || this.encoding) return;
    if (this.sealed.length === 0 && this.waiters.areWaiting && this.builder.spanCount > 0) {
      this.seal();
    }
    const { dropped } = this.counters;
    const lostBefore = dropped.tooLarge;
    const message = this.nextMessage();
    this.inFlight = message;
    const lost = dropped.tooLarge - lostBefore;
    // From here on, since metrics may be the application's, and flush, or close.
    if (lost > 0) count(this.metrics.reporterDropped, lost);
    if (message === undefined) return;
    show(this.metrics.reporterQueueLength, this.counters.waiting);
    if (this.abandoned) return;
    this.runOutside(() => {
      this.handOver(message).then(
        () => this.settle(message, undefined),
        (error: unknown) => this.settle(message, { error }),
      );
    });
  }

  /** The oldest message; in smaller ones where it was made before the limit was lowered. */
  private nextMessage(): Message | undefined {
    for (;;) {
      const message = this.sealed.shift();
      if (message === undefined || message.bytes.length <= this.builder.limit) return message;
      const { messages, lostSpans, lostBytes } = this.builder.split(
        message,
        clientStatsOf(this.counters),
      );
      this.sealed.unshift(...messages);
      this.settleSpans(lostSpans, lostBytes);
      this.counters.dropped.tooLarge += lostSpans;
      this.waiters.wake();
    }
  }

  private isHalfEmpty(): boolean {
    return (
      this.waitingBytes <= this.maxQueuedBytes / 2 &&
      (this.maxQueueSize === 0 || this.counters.waiting <= this.maxQueueSize / 2)
    );
  }

  /** A promise, whatever a user's sender returns or throws. */
  private async handOver(message: Message): Promise<void> {
    await this.sender.send(message.bytes);
  }

  private settle(message: Message, failure: { readonly error: unknown } | undefined): void {
    this.inFlight = undefined;
    if (this.abandoned) return;
    if (failure !== undefined && this.lowersLimit(message, failure.error)) {
      this.sealed.unshift(message);
      return this.sendNext();
    }
    this.settleSpans(message.spanCount, message.spanBytes);
    if (failure === undefined) this.countSent(message.spanCount);
    else this.countFailed(message.spanCount, failure.error);
    this.builder.recycle(message);
    this.waiters.wake();
    this.sendNext();
  }

  private settleSpans(spans: number, bytes: number): void {
    this.counters.waiting -= spans;
    this.waitingBytes -= bytes;
    this.waiters.settle(spans);
  }

  /** Where the network takes no datagram of that size, messages are smaller for the rest of the session. */
  private lowersLimit(message: Message, error: unknown): boolean {
    if (!this.sender.wire.message) return false;
    const limit = smallerLimit(message.bytes.length, error);
    if (limit === undefined) return false;
    if (this.builder.spanCount > 0) this.seal();
    this.builder.lowerLimit(limit);
    this.log.limitWasLowered(message.bytes.length, limit);
    return true;
  }

  private countSent(spans: number): void {
    this.counters.sent += spans;
    count(this.metrics.reporterSuccess, spans);
    this.log.sent(this.isHalfEmpty());
  }

  private countFailed(spans: number, error: unknown): void {
    this.counters.dropped.sendFailed += spans;
    count(this.metrics.reporterFailure, spans);
    this.log.failed(error);
  }

  private dropFailed(): false {
    const failure = this.failure!;
    this.failure = undefined;
    if ('span' in failure) {
      return this.losses.tooLarge(failure.span, failure.size, this.builder.maxSpanBytes);
    }
    return this.losses.unencoded(
      `error converting span to Thrift: ${messageOfThrown(failure.error)}`,
    );
  }
}
