import { CaughtErrors } from '../host/caught-errors.js';
import { Once, settledWithin } from '../host/deadline.js';
import { GuardedPlatform } from '../host/guarded-platform.js';
import { type Logger, NullLogger } from '../host/logger.js';
import { count, Metrics } from '../host/metrics.js';
import type { Platform, Timer } from '../host/platform.js';
import type { Span } from '../span/span.js';
import type { KeyValue } from '../span/span-data.js';
import { DEFAULT_VALUES } from '../wire/tag-encoder.js';
import { ReporterCounters, type ReporterStats } from './accounting.js';
import { AppendPipeline } from './append-pipeline.js';
import { MessagePipeline } from './message-pipeline.js';
import type { Pipeline, PipelineSetup } from './pipeline.js';
import type { Reporter } from './reporter.js';
import { isByteSender, type SendErrorCounts, type Sender, type SpanSender } from './sender.js';

/** Options of `RemoteReporter`. */
export interface RemoteReporterOptions {
  /** Longest wait of a finished span, in milliseconds. Default 1,000; 0 is the default too. */
  readonly bufferFlushInterval?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
  /** Bytes of encoded spans that may wait; past it the newest is dropped. Default 8 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Spans that may wait; 0 means that only the bytes count. Default 0. */
  readonly maxQueueSize?: number | undefined;
  /** Milliseconds that `close()` waits at most. Default 5,000. */
  readonly closeTimeoutMs?: number | undefined;
  /** Integers as DOUBLE, as jaeger-client sent them. Default false: LONG. */
  readonly numbersAsDouble?: boolean | undefined;
  /**
   * Longest value of a tag or a log field, in UTF-16 units of a text and bytes of a BINARY; what is
   * longer is cut. Default 0: no limit but the message's.
   */
  readonly maxTagValueLength?: number | undefined;
}

/** The defaults of `RemoteReporterOptions`. */
export const REPORTER_DEFAULTS: {
  readonly bufferFlushInterval: number;
  readonly maxQueuedBytes: number;
  readonly maxQueueSize: number;
  readonly closeTimeoutMs: number;
} = {
  bufferFlushInterval: 1000,
  maxQueuedBytes: 8 * 1024 * 1024,
  maxQueueSize: 0,
  closeTimeoutMs: 5000,
};

/** Batches finished spans and hands them to a sender. */
export class RemoteReporter implements Reporter {
  readonly _sender: Sender | SpanSender;
  _logger: Logger;
  _metrics: Metrics;
  readonly _bufferFlushInterval: number;
  _process: { serviceName: string; tags: KeyValue[] } | undefined;
  private readonly counters: ReporterCounters = new ReporterCounters();
  private readonly pipeline: Pipeline;
  private readonly platform: GuardedPlatform;
  private readonly caught: CaughtErrors = new CaughtErrors();
  private readonly closeTimeoutMs: number;
  private flushTimer: Timer | undefined = undefined;
  private readonly closing: Once = new Once();

  /** @throws Error `RemoteReporter must be given a Sender.` */
  constructor(
    sender: Sender | SpanSender,
    options: RemoteReporterOptions & { readonly platform: Platform },
  ) {
    if (!sender) throw new Error('RemoteReporter must be given a Sender.');
    this._sender = sender;
    const onPlatformError = (error: unknown): void =>
      this.caught.add('platform', error, this._logger);
    this.platform = new GuardedPlatform(options.platform, onPlatformError);
    this._bufferFlushInterval =
      options.bufferFlushInterval || REPORTER_DEFAULTS.bufferFlushInterval;
    this._logger = options.logger ?? new NullLogger();
    this._metrics = options.metrics ?? new Metrics();
    this.closeTimeoutMs = options.closeTimeoutMs ?? REPORTER_DEFAULTS.closeTimeoutMs;
    const setup: PipelineSetup = {
      platform: this.platform,
      logger: this._logger,
      metrics: this._metrics,
      counters: this.counters,
      maxQueuedBytes: options.maxQueuedBytes ?? REPORTER_DEFAULTS.maxQueuedBytes,
      maxQueueSize: options.maxQueueSize ?? REPORTER_DEFAULTS.maxQueueSize,
      values: {
        numbersAsDouble: options.numbersAsDouble ?? DEFAULT_VALUES.numbersAsDouble,
        maxTagValueLength: options.maxTagValueLength ?? DEFAULT_VALUES.maxTagValueLength,
      },
    };
    this.pipeline = isByteSender(sender)
      ? new MessagePipeline(sender, setup)
      : new AppendPipeline(sender, setup);
  }

  name(): string {
    return 'RemoteReporter';
  }

  toString(): string {
    return this.name();
  }

  setProcess(serviceName: string, tags: KeyValue[]): void {
    this._process = { serviceName, tags };
    this.pipeline.setProcess(serviceName, tags);
  }

  report(span: Span): void {
    if (this.closing.hasBegun) {
      this.counters.dropped.closed++;
      count(this._metrics.reporterDropped, 1);
      return;
    }
    if (this.pipeline.report(span) && this.flushTimer === undefined) this.startFlushTimer();
  }

  /** Resolves when every span reported before has left, or was dropped and counted. */
  flush(callback?: () => void): Promise<void> {
    const flushed = this.pipeline.flush();
    if (callback) void flushed.then(callback);
    return flushed;
  }

  /** Flushes, for `closeTimeoutMs` at most, then drops what is left and closes the sender. */
  close(callback?: () => void): Promise<void> {
    const closing = this.closing.run(async () => {
      // It would keep all of this in memory until it fires.
      this.flushTimer?.cancel();
      await settledWithin(this.pipeline.flush(), this.closeTimeoutMs, this.platform);
      this.pipeline.abandon();
    });
    if (callback) void closing.then(callback);
    return closing;
  }

  stats(): ReporterStats {
    return this.counters.snapshot();
  }

  /** Datagrams or requests that failed so far, by why: what the sender counts; see `Sender.errors`. */
  sendErrors(): SendErrorCounts {
    return (this._sender as Partial<Sender>).sendErrors?.() ?? {};
  }

  /** How often the platform threw. */
  caughtErrors(): Record<string, number> {
    return this.caught.counts();
  }

  /** One timer from the first span that waits: it may leave sooner, never later. */
  private startFlushTimer(): void {
    this.flushTimer = this.platform.startTimer(() => {
      this.flushTimer = undefined;
      void this.pipeline.flush();
    }, this._bufferFlushInterval);
  }
}
