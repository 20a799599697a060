import {
  type Reference,
  Span as OpenTracingSpan,
  type Tracer as OpenTracingTracer,
} from 'opentracing';
import { findItem, normalizedBaggageKey, normalizedKeys } from '../context/baggage-key.js';
import type { SpanContext } from '../context/span-context.js';
import { type Timeline, WALL_ONLY } from '../context/timeline.js';
import { catchRejection } from '../host/guarded.js';
import { logError, type Logger } from '../host/logger.js';
import type { Clock } from '../host/platform.js';
import { textOfKey } from '../text/value-text.js';
import { BoundedLogs } from './bounded-logs.js';
import type { FinishedSpan, FlatTags } from './finished-span.js';
import { ConstantDecision, type SamplingDecision } from './sampling-decision.js';
import {
  flatLog,
  isFieldMap,
  type KeyValue,
  logsOfFlat,
  type SpanLog,
  tagsOfSpan,
  toMillis,
} from './span-data.js';
import {
  isPresent,
  latestLog,
  notJustBefore,
  notJustBeforeLogs,
  resolutionOf,
  wholeMicros,
} from './span-times.js';

/** What a span asks of its sampler after it has started. */
export interface RetryingSampler {
  onSetOperationName(span: Span, operationName: string): SamplingDecision;
  onSetTag(span: Span, key: string, value: unknown): SamplingDecision;
}

/** What a span knows of the tracer that made it. */
export interface SpanOwner {
  readonly _serviceName: string;
  readonly _sampler: RetryingSampler;
  readonly _logger: Logger;
  readonly _clock: Clock;
  /** Logs that a span keeps; 0 = all. */
  readonly _maxLogsPerSpan: number;
  now(): number;
  _isDebugAllowed(operationName: string): boolean;
  _setBaggage(span: Span, key: string, value: string): SpanContext;
  /** The span became sampled, after it had started or at once. */
  _countStarted(): void;
  /** A span that had been counted as started is not sampled any more. */
  _countUnsampled(): void;
  /** The span ended. Its tags and logs do not change any more. */
  _report(span: Span): void;
  /** Something of the application's threw where the tracer called it. */
  _caught(where: string, error: unknown): void;
}

/** Whether the accounting knows the span. */
const UNCOUNTED = 0;
const COUNTED = 1;
const FINISHED = 2;

/** OpenTracing's `Tags.SAMPLING_PRIORITY`. A literal here: looked up on each span. */
const SAMPLING_PRIORITY = 'sampling.priority';

const hasOwn = Object.prototype.hasOwnProperty;

/**
 * One operation of a trace: its name, times, tags and logs.
 *
 * Tags and logs are kept flat (see `FinishedSpan`), which costs one array and no object per tag;
 * `_tags` and `_logs` show them in jaeger-client's shape, made anew at each read.
 */
export class Span extends OpenTracingSpan implements FinishedSpan {
  private readonly _owner: SpanOwner;
  _operationName: string;
  _spanContext: SpanContext;
  /** Milliseconds since the Unix epoch, to the microsecond. */
  _startTime: number;
  /** @internal The time of its trace; undefined where user code gave the start. */
  _timeline: Timeline | undefined = undefined;
  /** The latest measured time; undefined while all times are measured and on the timeline. */
  private _latest: number | undefined = undefined;
  /** In milliseconds; undefined until the span has finished sampled. */
  _duration: number | undefined = undefined;
  readonly references: readonly Reference[] | undefined;
  samplerTags: FlatTags | undefined = undefined;
  startTags: FlatTags | undefined = undefined;
  ownTags: unknown[] | undefined = undefined;
  flatLogs: unknown[] | undefined = undefined;
  /** The logs while the span is open, in place of `flatLogs`, where their number is limited. */
  private _boundedLogs: BoundedLogs | undefined = undefined;
  private _counted: number = UNCOUNTED;

  /**
   * Made by `tracer.startSpan`. `startTime` is in milliseconds since the epoch.
   */
  constructor(
    tracer: SpanOwner,
    operationName: string,
    spanContext: SpanContext,
    startTime: number,
    references?: readonly Reference[],
  ) {
    super();
    this._owner = tracer;
    this._operationName = operationName;
    this._spanContext = spanContext;
    this._startTime = startTime;
    this.references = references;
  }

  get operationName(): string {
    return this._operationName;
  }

  get serviceName(): string {
    return this._owner._serviceName;
  }

  /** When it started: milliseconds since the Unix epoch, with a fraction. */
  get startTime(): number {
    return this._startTime;
  }

  get duration(): number | undefined {
    return this._duration;
  }

  get _references(): readonly Reference[] {
    return this.references ?? [];
  }

  get _logger(): Logger {
    return this._owner._logger;
  }

  get _tags(): KeyValue[] {
    return tagsOfSpan(this);
  }

  get _logs(): SpanLog[] {
    return logsOfFlat(this._boundedLogs?.flat() ?? this.flatLogs);
  }

  override context(): SpanContext {
    return this._spanContext;
  }

  override tracer(): OpenTracingTracer {
    return this._owner as unknown as OpenTracingTracer;
  }

  /** Sets the operation name; a trace whose sampling is not final is sampled by the new name. */
  override setOperationName(operationName: string): this {
    this._operationName = operationName;
    if (!this._spanContext.samplingFinalized) {
      try {
        this._applySamplingDecision(this._owner._sampler.onSetOperationName(this, operationName));
      } catch (error) {
        this._owner._caught('sampler', error);
      }
    }
    return this;
  }

  /** Appends a tag: keys may repeat. `sampling.priority` also forces or stops sampling. */
  override setTag(key: string, value: unknown): this {
    if (key === SAMPLING_PRIORITY && !this._setSamplingPriority(value)) return this;
    if (this._isWriteable()) this.writeTag(key, value);
    return this;
  }

  /** Appends each own property as a tag; `sampling.priority` takes effect before the others. */
  override addTags(keyValuePairs: Record<string, unknown>): this {
    try {
      const priority = keyValuePairs['sampling.priority'];
      if (priority !== undefined && this._setSamplingPriority(priority)) {
        if (this._isWriteable()) this._appendTag(SAMPLING_PRIORITY, priority);
      }
      if (this._isWriteable() && isFieldMap(keyValuePairs)) {
        for (const key in keyValuePairs) {
          if (key === SAMPLING_PRIORITY || !hasOwn.call(keyValuePairs, key)) continue;
          this.writeTag(key, keyValuePairs[key]);
        }
      }
    } catch (error) {
      this._owner._caught('tags', error);
    }
    return this;
  }

  /** Records fields at a time in milliseconds since the epoch; without one, now. */
  override log(keyValuePairs: Record<string, unknown>, timestamp?: number): this {
    if (!this._isWriteable()) return this;
    try {
      const given = toMillis(timestamp);
      const time = given === undefined ? this.nowMillis() : this.givenMillis(given);
      const log = flatLog(time, keyValuePairs);
      const { _maxLogsPerSpan: maxLogs } = this._owner;
      if (maxLogs > 0) (this._boundedLogs ??= new BoundedLogs(maxLogs)).add(log);
      else if (this.flatLogs === undefined) this.flatLogs = log;
      else for (let i = 0; i < log.length; i++) this.flatLogs.push(log[i]);
    } catch (error) {
      this._owner._caught('log', error);
    }
    return this;
  }

  /** OpenTracing's older form: a log with the fields `event` and `payload`. */
  override logEvent(eventName: string, payload?: unknown): void {
    this.log({ event: eventName, payload });
  }

  /**
   * Sets a baggage item: it travels with the trace from here on. Keys are lower-cased, `_` is `-`; an item
   * that came in another spelling is replaced, and keeps its spelling.
   */
  override setBaggageItem(key: string, value: string): this {
    try {
      this._spanContext = this._owner._setBaggage(this, normalizedBaggageKey(key), value);
    } catch (error) {
      this._owner._caught('baggage', error);
    }
    return this;
  }

  /** The value of a baggage item, in whatever spelling its key came: `user_id`, `User-Id`. */
  override getBaggageItem(key: string): string | undefined {
    try {
      return findItem(this._spanContext.baggage, normalizedBaggageKey(key));
    } catch (error) {
      this._owner._caught('baggage', error);
      return undefined;
    }
  }

  /**
   * Ends the span and, where it is sampled, reports it. `finishTime` is in milliseconds since the
   * Unix epoch; without one the duration is measured, and at least a microsecond.
   */
  override finish(finishTime?: number): void {
    if (this._duration !== undefined) {
      logError(
        this._owner._logger,
        `operation=${textOfKey(this.operationName)},context=${this.context().toString()}` +
          '#You can only call finish() on a span once.',
      );
      return;
    }
    const sampled = this._spanContext.isSampled();
    this.account(sampled);
    if (!sampled) return;
    if (this._boundedLogs !== undefined) this.flatLogs = this._boundedLogs.flat();
    const given = toMillis(finishTime);
    const micros =
      given === undefined ? this.measuredMicros() : this.microsUntil(this.givenMillis(given));
    this._duration = micros / 1000;
    this._counted = FINISHED;
    this._owner._report(this);
  }

  /** False once the trace's sampling is final and says no: nothing is recorded then. */
  _isWriteable(): boolean {
    return !this._spanContext.samplingFinalized || this._spanContext.isSampled();
  }

  _applySamplingDecision(decision: SamplingDecision): void {
    // A promise, say, of a sampler that is async: no answer, and nobody else would catch its rejection.
    if (decision.sample === undefined) {
      catchRejection(decision, (error) => this._owner._caught('sampler', error));
    }
    if (!decision.retryable) this._spanContext.finalizeSampling();
    if (!decision.sample) return;
    this._spanContext._setSampled(true);
    this.account(true);
    const isFirst = this.ownTags === undefined && this.samplerTags === undefined;
    if (isFirst && decision instanceof ConstantDecision) this.samplerTags = decision.flatTags;
    else if (decision.tags) this._appendTags(decision.tags);
  }

  /** True where it changed the flags: a debug trace stays one, and a throttled one does not begin. */
  _setSamplingPriority(priority: unknown): boolean {
    if (priority === null || priority === undefined) return false;
    const context = this._spanContext;
    context.finalizeSampling();
    const wanted = isPositive(priority);
    if (wanted && (context.isDebug() || !this._owner._isDebugAllowed(this._operationName))) {
      return false;
    }
    context._setSampled(wanted);
    context._setDebug(wanted);
    this.account(wanted);
    return true;
  }

  /** Appends tags that no sampler is asked about. */
  _appendTags(tags: Record<string, unknown>): void {
    for (const key in tags) {
      if (hasOwn.call(tags, key)) this._appendTag(key, tags[key]);
    }
  }

  _appendTag(key: string, value: unknown): void {
    // An empty array gets room for 17 elements at its first push: no second allocation for 8 tags.
    (this.ownTags ??= []).push(key, value);
  }

  /** jaeger-client's name for it. */
  _normalizeBaggageKey(key: string): string {
    return normalizedBaggageKey(key);
  }

  static _getBaggageHeaderCache(): Record<string, string> {
    return normalizedKeys;
  }

  private writeTag(key: string, value: unknown): void {
    this._appendTag(key, value);
    if (this._spanContext.samplingFinalized) return;
    try {
      this._applySamplingDecision(this._owner._sampler.onSetTag(this, key, value));
    } catch (error) {
      this._owner._caught('sampler', error);
    }
  }

  /** Tells the accounting when the span becomes sampled, and when it stops being so. */
  account(sampled: boolean): void {
    if (sampled && this._counted === UNCOUNTED) {
      this._counted = COUNTED;
      this._owner._countStarted();
    } else if (!sampled && this._counted === COUNTED) {
      this._counted = UNCOUNTED;
      this._owner._countUnsampled();
    }
  }

  /**
   * Now, on the time of the trace: a host's clock that is set meanwhile moves neither the end nor a log
   * out of the span. Never before the start.
   */
  private nowMillis(): number {
    const now = (this._timeline ?? WALL_ONLY).millisAt(this._owner._clock.monotonicMillis());
    return this._latest === undefined && now >= this._startTime ? now : this.nowAfterLatest(now);
  }

  /** `now`, or the wall clock's time where that is out of order, but not before what was measured. */
  private nowAfterLatest(now: number): number {
    const latest = this._latest ?? this.latestMeasured();
    const isInOrder = now >= latest;
    return (this._latest = isInOrder ? now : Math.max(latest, wholeMicros(this._owner.now())));
  }

  /** While all logs are measured: the latest, or the start. */
  private latestMeasured(): number {
    return latestLog(this._boundedLogs?.flat() ?? this.flatLogs, this._startTime);
  }

  /** A time that user code gave. */
  private givenMillis(given: number): number {
    if (isPresent(this._owner._clock, given)) return this.nowMillis();
    this._latest ??= this.latestMeasured();
    return notJustBefore(this._startTime, given, resolutionOf(this._timeline !== undefined));
  }

  /** Since the start; never 0, which Jaeger takes for a mistake. */
  private measuredMicros(): number {
    const { _timeline: timeline = WALL_ONLY, _startTime: start, _latest: latest } = this;
    const end = timeline.microsAt(this._owner._clock.monotonicMillis());
    const micros = end - Math.floor(start * 1000 + 0.5);
    const isSimple = latest === undefined && micros >= 0;
    return Math.max(1, isSimple ? micros : this.microsUntil(this.nowMillis()));
  }

  private microsUntil(end: number): number {
    const resolution = resolutionOf(this._timeline !== undefined);
    const moved = notJustBeforeLogs(this.flatLogs, end, resolution);
    return Math.round((moved - this._startTime) * 1000);
  }
}

// OpenTracing's base class has a protected *method* of this name, so TypeScript would not let a
// class show jaeger-client's property; packages in the wild read it.
Object.defineProperty(Span.prototype, '_tracer', {
  configurable: true,
  get(this: { readonly _owner: SpanOwner }): SpanOwner {
    return this._owner;
  },
});

function isPositive(value: unknown): boolean {
  if (typeof value === 'number') return value > 0;
  if (typeof value === 'string' || typeof value === 'bigint') return Number(value) > 0;
  return value === true;
}
