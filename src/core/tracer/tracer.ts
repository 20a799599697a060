import {
  type Reference,
  type SpanContext as OpenTracingSpanContext,
  type SpanOptions as OpenTracingSpanOptions,
  Tracer as OpenTracingTracer,
  type Span as OpenTracingSpan,
} from 'opentracing';
import { ContextSource } from '../context/context-source.js';
import { contextOf, parentOf } from '../context/parent.js';
import { SpanContext } from '../context/span-context.js';
import { CaughtErrors, sumOfCounts } from '../host/caught-errors.js';
import { Once, settledWithin } from '../host/deadline.js';
import { callGuarded } from '../host/guarded.js';
import { GuardedPlatform } from '../host/guarded-platform.js';
import { type Logger, loggerFailures, NullLogger } from '../host/logger.js';
import { count, countStart, Metrics } from '../host/metrics.js';
import type { Clock } from '../host/platform.js';
import { BaggageDrops } from '../propagation/baggage-drops.js';
import { BaggageLimit } from '../propagation/baggage-limit.js';
import type { CarrierKeys, Extractor, Injector } from '../propagation/codec.js';
import { standardCodecs } from '../propagation/standard-codecs.js';
import { JAEGER_DEBUG_HEADER } from '../propagation/text-map-codec.js';
import type { TracerStats } from '../reporting/accounting.js';
import type { Reporter } from '../reporting/reporter.js';
import { closeReporter, flushReporter } from '../reporting/reporter-calls.js';
import { NoopReporter } from '../reporting/simple-reporters.js';
import type { SendErrorCounts } from '../reporting/sender.js';
import { adaptSamplerOrThrow } from '../sampling/adapt-sampler.js';
import { ConstSampler } from '../sampling/const-sampler.js';
import type { Sampler, SamplerV2 } from '../sampling/sampler.js';
import { BaggageSetter, DefaultBaggageRestrictionManager } from '../span/baggage.js';
import { flatOfConstant } from '../span/constant-tags.js';
import { Span, type SpanOwner } from '../span/span.js';
import { toMillis } from '../span/span-data.js';
import { textOfKey } from '../text/value-text.js';
import { drawnOnce, type Process, processOf, processTags, uuid4 } from './process.js';
import { SpanAccounts } from './span-accounts.js';
import { type ParentSpan, StartTimes, startWithParent } from './start-times.js';
import { type DebugThrottler, DefaultThrottler } from './throttler.js';
import type { CoreTracerOptions, SpanOptions } from './tracer-options.js';
import { VERSION } from './version.js';

/** Longest wait of `close()` for reporter and sampler, in milliseconds. */
const DEFAULT_CLOSE_TIMEOUT_MS = 5000;

/** Starts spans, injects and extracts their contexts, and reports them. */
export class Tracer extends OpenTracingTracer implements SpanOwner {
  readonly _serviceName: string;
  _reporter: Reporter;
  _sampler: SamplerV2;
  _logger: Logger;
  _metrics: Metrics;
  _tags!: Record<string, unknown>;
  _process!: Process;
  readonly _clock: Clock;
  readonly _injectors: Record<string, Injector> = Object.create(null) as Record<string, Injector>;
  readonly _extractors: Record<string, Extractor> = Object.create(null) as Record<
    string,
    Extractor
  >;
  readonly _baggageSetter: BaggageSetter;
  /** How much baggage is written; read by `spoor/grpc`. @internal */
  readonly _maxBaggage: BaggageLimit;
  /** Where baggage that is not written is counted; called by `spoor/grpc`. @internal */
  readonly _baggageDrops: BaggageDrops;
  readonly _debugThrottler: DebugThrottler;
  readonly _traceId128bit: boolean;
  readonly _shareRpcSpan: boolean;
  readonly _maxLogsPerSpan: number;
  private readonly platform: GuardedPlatform;
  private readonly contextClass: typeof SpanContext;
  private readonly closeTimeoutMs: number;
  private readonly contexts: ContextSource;
  private readonly startTimes: StartTimes;
  private readonly accounts: SpanAccounts = new SpanAccounts();
  private readonly caught: CaughtErrors = new CaughtErrors();
  private readonly closing: Once = new Once();
  private readonly onReporterError = (error: unknown): void => this._caught('reporter', error);

  /** @throws Error `Unrecognized sampler: ...` */
  constructor(
    serviceName: string,
    reporter: Reporter | undefined,
    sampler: Sampler | undefined,
    options: CoreTracerOptions,
  ) {
    super();
    const onPlatformError = (error: unknown): void => this._caught('platform', error);
    this.platform = new GuardedPlatform(options.platform, onPlatformError);
    this._clock = this.platform.clock;
    this.startTimes = new StartTimes(this._clock);
    this.contextClass = options.contextClass ?? SpanContext;
    this._serviceName = serviceName;
    this._reporter = reporter ?? new NoopReporter();
    this._sampler = adaptSamplerOrThrow(sampler ?? new ConstSampler(false));
    this._logger = options.logger ?? new NullLogger();
    this._metrics = options.metrics ?? new Metrics();
    this._metrics.onError?.((error) => this._caught('metrics', error));
    this._baggageSetter = new BaggageSetter(
      options.baggageRestrictionManager ?? new DefaultBaggageRestrictionManager(),
      this._metrics,
      (error) => this._caught('baggage', error),
    );
    this._maxBaggage = new BaggageLimit(options.maxBaggage);
    this._baggageDrops = new BaggageDrops(this._maxBaggage, this._metrics, this._logger);
    this._debugThrottler = options.debugThrottler ?? new DefaultThrottler();
    this._traceId128bit = Boolean(options.traceId128bit);
    this._shareRpcSpan = Boolean(options.shareRpcSpan);
    this._maxLogsPerSpan = options.maxLogsPerSpan ?? 0;
    this.contexts = new ContextSource({
      randomWords: options.platform.randomWords,
      weakSource: { wallMillis: () => this._clock.wallMillis(), onError: onPlatformError },
      contextClass: this.contextClass,
      traceId128bit: this._traceId128bit,
      shareRpcSpan: this._shareRpcSpan,
      padIds: Boolean(options.padIds),
    });
    this.closeTimeoutMs = options.closeTimeoutMs ?? DEFAULT_CLOSE_TIMEOUT_MS;
    this.registerCodecs(options);
    this.introduce(options.tags ?? {});
    this.platform.onRestored(() => {
      this.contexts.ids.forget();
      this.introduce(options.tags ?? {});
    });
  }

  /** Tells throttler and reporter who this is. */
  private introduce(userTags: Record<string, unknown>): void {
    const uuid = drawnOnce(() => uuid4(this.contexts.ids));
    this._tags = processTags(userTags, `spoor-${VERSION}`, uuid, this.platform);
    this._process = processOf(this._serviceName, this._tags, uuid);
    this.guard('throttler', () => this._debugThrottler.setProcess?.(this._process));
    this.guard('reporter', () =>
      this._reporter.setProcess?.(this._serviceName, this._process.tags),
    );
  }

  /**
   * Starts a span. Its parent is `childOf`, else the first CHILD_OF reference, else the first FOLLOWS_FROM
   * reference; without one it is a root. A context without ids is no parent: its baggage or debug id is used
   * if no other reference has ids. Never throws.
   */
  override startSpan(operationName: string, options?: SpanOptions | OpenTracingSpanOptions): Span {
    try {
      return this.startFrom(operationName, options as SpanOptions | undefined);
    } catch (error) {
      // A getter or a Proxy in the options threw.
      this._caught('options', error);
      return this.startFrom(operationName, undefined);
    }
  }

  private startFrom(operationName: string, options: SpanOptions | undefined): Span {
    const references = options?.references;
    const tags = options?.tags;
    const parent = this.parentOf(options);
    const isRpcServer = tags !== undefined && tags !== null && tags['span.kind'] === 'server';
    const hadParent = parent !== undefined && parent.isValid;
    const context = hadParent ? this.contexts.child(parent, isRpcServer) : this.contexts.root();
    const debugTags =
      parent !== undefined && !hadParent
        ? this.inheritFromInvalid(context, parent, operationName)
        : undefined;
    const { _startTime: parentStart, _timeline: parentTimeline } = parentSpanOf(options, hadParent);
    const span = this._startInternalSpan(
      context,
      operationName,
      toMillis(options?.startTime),
      tags,
      debugTags,
      references,
      hadParent,
      isRpcServer,
    );
    if (typeof parentStart === 'number' && parentStart > span._startTime) {
      startWithParent(span, parentStart, parentTimeline !== undefined, this.now());
    }
    return span;
  }

  /** Starts a span with this context. Name and order of arguments are jaeger-client's. */
  _startInternalSpan(
    context: SpanContext,
    operationName: string,
    startTime: number | undefined,
    userTags?: Record<string, unknown> | null,
    internalTags?: Record<string, unknown> | null,
    references?: readonly Reference[],
    hadParent: boolean = false,
    isRpcServer: boolean = false,
  ): Span {
    const { startTimes } = this;
    const trace = context._samplingState;
    if (startTime === undefined) startTimes.measure(trace);
    else startTimes.take(startTime, trace);
    const { millis, timeline } = startTimes;
    const span = new Span(this, operationName, context, millis, references);
    span._timeline = timeline;
    if (!context.samplingFinalized) this.sample(span);
    if (userTags) this.startWith(span, userTags);
    if (internalTags) span._appendTags(internalTags);
    const sampled = context.isSampled();
    span.account(sampled);
    countStart(this._metrics, sampled, hadParent, isRpcServer);
    return span;
  }

  /**
   * Whether `startSpan` accepts maps of `constantTags`, which must not change. False if a subclass or a
   * wrapper replaced `startSpan` or `_startInternalSpan`: it may add its own tags to the map.
   */
  get _takesConstantTags(): boolean {
    const { startSpan, _startInternalSpan } = Tracer.prototype;
    return this.startSpan === startSpan && this._startInternalSpan === _startInternalSpan;
  }

  /** While sampling is not final, constant tags are set one by one: the sampler decides on each. */
  private startWith(span: Span, tags: Record<string, unknown>): void {
    const constant = span._spanContext.samplingFinalized ? flatOfConstant(tags) : undefined;
    if (constant === undefined) span.addTags(tags);
    else if (span._isWriteable()) span.startTags = constant;
  }

  /**
   * Writes a context into a carrier.
   *
   * @throws Error `Unsupported format: ...`
   */
  override inject(
    spanContext: OpenTracingSpanContext | OpenTracingSpan,
    format: string,
    carrier: unknown,
  ): void {
    if (!spanContext) return;
    const injector = typeof format === 'string' ? this._injectors[format] : undefined;
    if (!injector) throw new Error(`Unsupported format: ${textOfKey(format)}`);
    this.guard('injector', () => {
      const context = contextOf(spanContext);
      return context === undefined ? undefined : injector.inject(context, carrier);
    });
  }

  /**
   * Reads a context from a carrier. In the two text formats the result is never null: without a context in
   * the carrier it is empty (`isValid` is false).
   *
   * @throws Error `Unsupported format: ...`
   */
  override extract(format: string, carrier: unknown): SpanContext | null {
    const extractor = typeof format === 'string' ? this._extractors[format] : undefined;
    if (!extractor) throw new Error(`Unsupported format: ${textOfKey(format)}`);
    return (
      this.guard('extractor', () => {
        const context = extractor.extract(carrier);
        context?._setRemote?.(true);
        return context;
      }) ?? null
    );
  }

  registerInjector(format: string, injector: Injector): void {
    this._injectors[format] = injector;
  }

  registerExtractor(format: string, extractor: Extractor): void {
    this._extractors[format] = extractor;
  }

  /**
   * The carrier keys that `extract` reads in this format. Undefined for an unknown format and for an
   * extractor without `carrierKeys`. Never throws.
   */
  carrierKeys(format: string): CarrierKeys | undefined {
    try {
      return this._extractors[format]?.carrierKeys?.();
    } catch (error) {
      this._caught('extractor', error);
      return undefined;
    }
  }

  /** Milliseconds since the Unix epoch, with microsecond resolution if the platform has it. */
  now(): number {
    return this._clock.wallMillis();
  }

  /** Counts of all sampled spans so far, by what became of them. */
  stats(): TracerStats {
    const { accounts, _reporter: reporter } = this;
    const all = this.guard('reporter', () => accounts.stats(reporter.stats?.()));
    return all ?? accounts.stats(undefined);
  }

  /** Number of exceptions and rejections of user code and of the platform, by the place of the call. */
  caughtErrors(): Record<string, number> {
    const logger = loggerFailures(this._logger);
    const ofReporter = this.guard('reporter', () => this._reporter.caughtErrors?.());
    return sumOfCounts(this.caught.counts(), ofReporter, logger === 0 ? undefined : { logger });
  }

  /**
   * Number of failed datagrams or requests, by reason (`refused`, `resolve`, `too-large` ...; see
   * `SendErrorCode`). A datagram is refused after it has left: it counts here, and its spans count as sent.
   */
  sendErrors(): SendErrorCounts {
    return this.guard('reporter', () => this._reporter.sendErrors?.()) ?? {};
  }

  /** Resolves when every span that finished before the call was sent, or dropped and counted. */
  flush(callback?: () => void): Promise<void> {
    const flushed = flushReporter(this._reporter, this.onReporterError);
    if (callback) void flushed.then(callback);
    return flushed;
  }

  /**
   * Sends the waiting spans and closes reporter, sampler and throttler. Spans that finish later are counted
   * as `closed`. Resolves after `closeTimeoutMs` at the latest. Idempotent.
   */
  close(callback?: () => void): Promise<void> {
    const closing = this.closing.run(() =>
      settledWithin(this.closeParts(), this.closeTimeoutMs, this.platform),
    );
    if (callback) void closing.then(callback);
    return closing;
  }

  _isDebugAllowed(operationName: string): boolean {
    return this.guard('throttler', () => this._debugThrottler.isAllowed(operationName)) ?? false;
  }

  _setBaggage(span: Span, key: string, value: string): SpanContext {
    return this._baggageSetter.setBaggage(span, key, value);
  }

  _countStarted(): void {
    this.accounts.countStarted();
  }

  _countUnsampled(): void {
    this.accounts.countUnsampled();
  }

  _report(span: Span): void {
    const { accounts } = this;
    accounts.countFinished();
    if (this.closing.hasBegun) {
      accounts.own.dropped.closed++;
      count(this._metrics.reporterDropped, 1);
    } else {
      accounts.handOver(span, this._reporter, this.onReporterError);
    }
    count(this._metrics.spansFinished, 1);
  }

  _caught(where: string, error: unknown): void {
    this.caught.add(where, error, this._logger);
  }

  private registerCodecs(options: CoreTracerOptions): void {
    const codecs = standardCodecs({
      contextKey: options.contextKey,
      baggagePrefix: options.baggagePrefix,
      maxBaggage: this._maxBaggage,
      baggageDrops: this._baggageDrops,
      readUtf8: options.platform.readUtf8,
      metrics: this._metrics,
      padIds: options.padIds,
      contextClass: this.contextClass,
    });
    for (const [format, codec] of Object.entries(codecs)) {
      this.registerInjector(format, codec);
      this.registerExtractor(format, codec);
    }
  }

  private parentOf(options: SpanOptions | undefined): SpanContext | undefined {
    if (options === undefined || options === null) return undefined;
    const { childOf, references } = options;
    if (!childOf && !references) return undefined;
    try {
      return parentOf(childOf, references, this.contextClass);
    } catch (error) {
      this._caught('parent', error);
      return undefined;
    }
  }

  /** Takes baggage, and a debug id if it is allowed, from a parent without ids. Returns the debug tags. */
  private inheritFromInvalid(
    context: SpanContext,
    parent: SpanContext,
    operationName: string,
  ): Record<string, unknown> | undefined {
    context.baggage = parent.baggage;
    if (!parent.isDebugIDContainerOnly() || !this._isDebugAllowed(operationName)) return undefined;
    context._setSampled(true);
    context._setDebug(true);
    return { [JAEGER_DEBUG_HEADER]: parent.debugId };
  }

  private sample(span: Span): void {
    try {
      span._applySamplingDecision(this._sampler.onCreateSpan(span));
    } catch (error) {
      this._caught('sampler', error);
    }
  }

  private async closeParts(): Promise<void> {
    this.guard('throttler', () => this._debugThrottler.close?.());
    await closeReporter(this._reporter, this.onReporterError);
    await closeReporter(this._sampler, (error) => this._caught('sampler', error));
  }

  private guard<T>(where: string, run: () => T): T | undefined {
    return callGuarded(run, (error) => this._caught(where, error));
  }
}

const NO_SPAN: ParentSpan = {};

/** The parent, where it is a span and not a context. */
function parentSpanOf(options: SpanOptions | undefined, hadParent: boolean): ParentSpan {
  const childOf = hadParent ? options?.childOf : undefined;
  return typeof childOf === 'object' && childOf !== null ? (childOf as ParentSpan) : NO_SPAN;
}
