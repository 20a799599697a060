import type { ReporterCounters } from '../accounting.js';
import { logError, logInfo, type Logger, logWarning, messageOfThrown } from '../logger.js';
import { count, type Metrics, show } from '../metrics.js';
import type { Span } from '../span.js';
import type { KeyValue } from '../span-data.js';
import type { ClientStats } from '../thrift/jaeger-encoder.js';
import { cutText } from '../values/cut.js';
import { textOfKey } from '../values/value-text.js';
import { type Message, MessageBuilder } from './message-builder.js';
import type { Pipeline, PipelineSetup } from './pipeline.js';
import type { Sender } from './sender.js';

/** Operations whose oversize spans are named in the log; further ones are only counted. */
const NAMED_OPERATIONS_MAX = 100;
/** UTF-16 units of a name there. */
const NAMED_UNITS = 200;

/**
 * Encoding a span may run the application's code (`toJSON`), which may finish spans. They are taken
 * after it, up to this many: code that always finishes another span would never come to an end.
 */
const DEFERRED_MAX = 100;

/**
 * What a datagram may have where the system takes none of the size that was tried, in bytes: macOS's
 * `net.inet.udp.maxdgram`, an Ethernet frame's payload (1,500) and an IPv4 host's least (576), both
 * less the headers.
 */
const SMALLER_LIMITS: readonly number[] = [9216, 1472, 508];

const PROCESS_CUT =
  'The process tags take more than half of a message: their longest values are cut in what is sent.';

/** Resolves a `flush()` once this many spans have left or failed. */
interface Waiter {
  readonly settled: number;
  readonly resolve: () => void;
}

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
  private readonly logger: Logger;
  private readonly maxQueuedBytes: number;
  private readonly maxQueueSize: number;
  private readonly sealed: Message[] = [];
  private inFlight: Message | undefined = undefined;
  private waitingBytes = 0;
  private ready = false;
  private encoding = false;
  private readonly deferred: Span[] = [];
  private abandoned = false;
  /** Spans taken, and spans that have left or failed since: they settle in the order they came. */
  private taken = 0;
  private settled = 0;
  private readonly waiters: Waiter[] = [];
  /** An outage is logged once, and once when it is over. */
  private failing = false;
  private full = false;
  private readonly named: Set<string> = new Set();

  constructor(sender: Sender, setup: PipelineSetup) {
    this.sender = sender;
    this.counters = setup.counters;
    this.metrics = setup.metrics;
    this.logger = setup.logger;
    this.maxQueuedBytes = setup.maxQueuedBytes;
    this.maxQueueSize = setup.maxQueueSize;
    this.builder = new MessageBuilder(
      sender.wire,
      sender.maxMessageBytes,
      setup.values,
      setup.platform,
    );
  }

  setProcess(serviceName: string, tags: KeyValue[]): void {
    if (this.ready && this.builder.spanCount > 0) this.seal();
    if (!this.builder.setProcess(serviceName, tags)) {
      logWarning(this.logger, PROCESS_CUT);
    }
    this.ready = true;
  }

  report(span: Span): boolean {
    if (this.encoding) return this.defer(span);
    const waits = this.take(span);
    if (this.deferred.length > 0) this.takeDeferred();
    if (this.waiters.length > 0) this.sendNext();
    return waits;
  }

  flush(): Promise<void> {
    if (!this.ready) logError(this.logger, 'Failed to flush since process is not set.');
    if (this.taken === this.settled) return Promise.resolve();
    const flushed = new Promise<void>((resolve) => {
      this.waiters.push({ settled: this.taken, resolve });
    });
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
    if (left > 0) count(this.metrics.reporterDropped, left);
    this.sealed.length = 0;
    this.settled = this.taken;
    this.wakeWaiters();
    this.closeSender().catch((error: unknown) => {
      logError(this.logger, `Failed to close the sender: ${messageOfThrown(error)}`);
    });
  }

  private take(span: Span): boolean {
    if (this.abandoned) return this.drop('closed');
    if (!this.ready) return this.dropUnencoded('process is not set');
    if (this.waitingBytes >= this.maxQueuedBytes || this.isFullOf(0)) return this.dropQueueFull();
    const builder = this.builder;
    let size: number;
    let bytes: number;
    this.encoding = true;
    try {
      size = bytes = builder.encode(span);
      if (size > builder.maxSpanBytes) {
        builder.rollback();
        bytes = builder.encodeTrimmed(span);
      }
    } catch (error) {
      builder.rollback();
      return this.dropUnencoded(`error converting span to Thrift: ${messageOfThrown(error)}`);
    } finally {
      this.encoding = false;
    }
    if (bytes === 0) return this.dropTooLarge(span, size);
    if (this.abandoned || this.isFullOf(bytes)) {
      builder.rollback();
      return this.abandoned ? this.drop('closed') : this.dropQueueFull();
    }
    const isFull = !builder.fits();
    if (isFull) this.seal();
    builder.commit();
    this.taken++;
    this.counters.waiting++;
    this.waitingBytes += bytes;
    // Last: a sender or a gauge may finish another span, which is written where the candidate was.
    if (isFull) this.sendNext();
    return true;
  }

  private takeDeferred(): void {
    for (let i = 0; i < this.deferred.length; i++) {
      this.counters.waiting--;
      this.take(this.deferred[i]!);
    }
    this.deferred.length = 0;
  }

  private defer(span: Span): boolean {
    if (this.deferred.length >= DEFERRED_MAX) {
      return this.dropUnencoded('a span that was being encoded finished too many others');
    }
    this.deferred.push(span);
    this.counters.waiting++;
    return true;
  }

  /** Rejects also where the sender throws at once. */
  private async closeSender(): Promise<void> {
    await this.sender.close();
  }

  private isFullOf(bytes: number): boolean {
    return (
      this.waitingBytes + bytes > this.maxQueuedBytes ||
      (this.maxQueueSize > 0 && this.counters.waiting >= this.maxQueueSize)
    );
  }

  private seal(): void {
    this.sealed.push(this.builder.seal(this.clientStats()));
  }

  /** Sends the oldest message where none is in flight; the one being filled, where a flush waits. */
  private sendNext(): void {
    if (this.inFlight !== undefined || this.abandoned || this.encoding) return;
    if (this.sealed.length === 0 && this.waiters.length > 0 && this.builder.spanCount > 0) {
      this.seal();
    }
    const message = this.nextMessage();
    if (message === undefined) return;
    this.inFlight = message;
    show(this.metrics.reporterQueueLength, this.counters.waiting);
    this.handOver(message).then(
      () => this.settle(message, undefined),
      (error: unknown) => this.settle(message, { error }),
    );
  }

  /** The oldest message; in smaller ones where it was made before the limit was lowered. */
  private nextMessage(): Message | undefined {
    for (;;) {
      const message = this.sealed.shift();
      if (message === undefined || message.bytes.length <= this.builder.limit) return message;
      const { messages, lostSpans, lostBytes } = this.builder.split(message, this.clientStats());
      this.sealed.unshift(...messages);
      this.settleSpans(lostSpans, lostBytes);
      this.counters.dropped.tooLarge += lostSpans;
      if (lostSpans > 0) count(this.metrics.reporterDropped, lostSpans);
      this.wakeWaiters();
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
    this.wakeWaiters();
    this.sendNext();
  }

  private settleSpans(spans: number, bytes: number): void {
    this.counters.waiting -= spans;
    this.waitingBytes -= bytes;
    this.settled += spans;
  }

  /** Where the network takes no datagram of that size, messages are smaller for the rest of the session. */
  private lowersLimit(message: Message, error: unknown): boolean {
    if (!isTooLarge(error) || !this.sender.wire.message) return false;
    const limit = SMALLER_LIMITS.find((smaller) => smaller < message.bytes.length);
    if (limit === undefined) return false;
    if (this.builder.spanCount > 0) this.seal();
    this.builder.lowerLimit(limit);
    logWarning(
      this.logger,
      `The network takes no message of ${message.bytes.length} bytes: from here on they have at ` +
        `most ${limit}.`,
    );
    return true;
  }

  private countSent(spans: number): void {
    this.counters.sent += spans;
    count(this.metrics.reporterSuccess, spans);
    if (this.isHalfEmpty()) this.full = false;
    if (!this.failing) return;
    this.failing = false;
    logInfo(this.logger, 'Reporting spans works again.');
  }

  private countFailed(spans: number, error: unknown): void {
    this.counters.dropped.sendFailed += spans;
    count(this.metrics.reporterFailure, spans);
    if (this.failing) return;
    this.failing = true;
    logError(this.logger, `Failed to flush spans in reporter: ${messageOfThrown(error)}`);
  }

  private wakeWaiters(): void {
    while (this.waiters.length > 0 && this.waiters[0]!.settled <= this.settled) {
      this.waiters.shift()!.resolve();
    }
  }

  private dropQueueFull(): false {
    if (!this.full) {
      this.full = true;
      logError(
        this.logger,
        'Failed to append spans in reporter: ' +
          `the queue is full (${this.counters.waiting} spans, ${this.waitingBytes} bytes)`,
      );
    }
    return this.drop('queueFull');
  }

  private dropTooLarge(span: Span, bytes: number): false {
    const operation = cutText(textOfKey(span._operationName), NAMED_UNITS);
    if (this.named.size < NAMED_OPERATIONS_MAX && !this.named.has(operation)) {
      this.named.add(operation);
      logError(
        this.logger,
        `Failed to append spans in reporter: span size ${sizeText(bytes)} is larger than maxSpanSize ` +
          `${this.builder.maxSpanBytes}, operation=${operation}`,
      );
    }
    return this.drop('tooLarge');
  }

  private dropUnencoded(why: string): false {
    if (!this.named.has(why) && this.named.size < NAMED_OPERATIONS_MAX) {
      this.named.add(why);
      logError(this.logger, `Failed to append spans in reporter: ${why}`);
    }
    return this.drop('encodeError');
  }

  private drop(reason: 'queueFull' | 'tooLarge' | 'encodeError' | 'closed'): false {
    this.counters.dropped[reason]++;
    count(this.metrics.reporterDropped, 1);
    return false;
  }

  private clientStats(): ClientStats | undefined {
    const { queueFull, tooLarge, sendFailed } = this.counters.dropped;
    if (queueFull + tooLarge + sendFailed === 0) return undefined;
    return {
      fullQueueDroppedSpans: queueFull,
      tooLargeDroppedSpans: tooLarge,
      failedToEmitSpans: sendFailed,
    };
  }
}

/** A span that is far too large is not written to its end. */
function sizeText(bytes: number): string {
  return Number.isFinite(bytes) ? String(bytes) : 'of many messages';
}

/** Told by its code. It is whatever a sender rejected with. */
function isTooLarge(error: unknown): boolean {
  try {
    return (error as { readonly code?: unknown } | null)?.code === 'too-large';
  } catch {
    return false;
  }
}
