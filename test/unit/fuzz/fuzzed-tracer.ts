import { Metrics } from '../../../src/core/host/metrics.js';
import {
  RemoteReporter,
  type RemoteReporterOptions,
} from '../../../src/core/reporting/remote-reporter.js';
import type { Reporter } from '../../../src/core/reporting/reporter.js';
import { CompositeReporter } from '../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../src/core/sampling/const-sampler.js';
import type { Span } from '../../../src/core/span/span.js';
import type { SpanContext } from '../../../src/core/context/span-context.js';
import { Tracer } from '../../../src/core/tracer/tracer.js';
import { FakePlatform, settle } from '../support/fake-platform.js';
import { type Answer, FaultyAppendSender, FaultySender } from './faulty-senders.js';
import {
  moodyBaggage,
  moodyLogger,
  moodyMetrics,
  MoodyReporter,
  moodySampler,
  moodyThrottler,
} from './moody-application.js';
import { Moods } from './moods.js';

/** A tracer to be tried, and what is around it. */
export interface FuzzSetup {
  readonly seed: number;
  /** Who takes the finished spans. */
  readonly through: 'messages' | 'append' | 'composite' | 'reporter';
  readonly protocol: 'compact' | 'binary';
  readonly maxMessageBytes: number;
  readonly maxQueuedBytes: number;
  /** 0: only the bytes count. */
  readonly maxQueueSize: number;
  /** The application's logger, metrics, sampler, throttler and baggage rules misbehave. */
  readonly moody: boolean;
  /** What becomes of messages at first. */
  readonly answer: Answer;
  /** The network says of larger messages that they are too large. */
  readonly networkBytes: number;
  /** Of the tracer. */
  readonly options: Pick<
    ConstructorParameters<typeof Tracer>[3],
    'traceId128bit' | 'shareRpcSpan' | 'padIds' | 'maxLogsPerSpan'
  >;
  /** Of the reporter. */
  readonly values: Pick<RemoteReporterOptions, 'numbersAsDouble' | 'maxTagValueLength'>;
  /** The end comes while the network is as it is: what cannot leave is given up. */
  readonly endsBroken: boolean;
  /** Stands in for `RemoteReporter`: a test of the net puts a broken one here. */
  readonly reporterClass?: typeof RemoteReporter;
}

/** Re-entrance goes so deep: what the tracer calls uses the tracer, whose calls do so again. */
const MAX_DEPTH = 3;
const CLOSE_TIMEOUT_MILLIS = 1000;

/**
 * A tracer, the application that it serves and the network behind it, and next to it what is known
 * of its accounts from outside: how many sampled spans were finished, and how many the sender took.
 */
export class FuzzedTracer {
  readonly setup: FuzzSetup;
  readonly tracer: Tracer;
  readonly platform: FakePlatform = new FakePlatform();
  readonly sender: FaultySender | FaultyAppendSender;
  readonly moods: Moods;
  readonly spans: Span[] = [];
  readonly contexts: SpanContext[] = [];
  readonly ownReporter: MoodyReporter;
  readonly flushes: Pending = new Pending();
  readonly closes: Pending = new Pending();
  /** Sampled spans that were finished for the first time. */
  finished = 0;
  closed = false;
  private readonly done: Set<Span> = new Set();
  private depth = 0;

  constructor(setup: FuzzSetup) {
    this.setup = setup;
    this.moods = new Moods(setup.seed, () => this.reenter());
    this.sender =
      setup.through === 'append'
        ? new FaultyAppendSender(this.moods)
        : new FaultySender(setup, this.moods);
    this.sender.answer = setup.answer;
    this.ownReporter = new MoodyReporter(this.moods);
    this.tracer = this.newTracer();
  }

  /** One of the spans so far; a new one where there are none. */
  span(index: number): Span {
    return this.spans[index % Math.max(1, this.spans.length)] ?? this.start('first');
  }

  start(name: unknown, options?: unknown): Span {
    const span = this.tracer.startSpan(name as string, options as undefined);
    this.spans.push(span);
    return span;
  }

  finish(span: Span, time?: unknown): void {
    const counts = !this.done.has(span) && span.context().isSampled();
    if (counts) {
      this.done.add(span);
      this.finished++;
    }
    span.finish(time as undefined);
  }

  /** What an application does from within a call of the tracer's. */
  reenter(kind: number = this.moods.pick(5)): void {
    if (this.depth >= MAX_DEPTH || !this.isMade()) return;
    this.depth++;
    try {
      if (kind === 0) this.finish(this.start('from within', this.optionsWithin()));
      else if (kind === 1) this.flush();
      else if (kind === 2) this.tracer.stats();
      else if (kind === 3) this.finish(this.span(this.moods.pick(10)));
      else if (this.moods.pick(20) === 0) this.close();
      else this.span(0).setTag('from', 'within').log({ from: 'within' });
    } finally {
      this.depth--;
    }
  }

  flush(): void {
    this.flushes.add(this.tracer.flush(this.flushes.callback()));
  }

  close(): void {
    this.closed = true;
    this.closes.add(this.tracer.close(this.closes.callback()));
  }

  /** The network works again, and the application behaves. */
  async recover(): Promise<void> {
    this.moods.calm = true;
    this.sender.answer = 'accept';
    do await settle();
    while (this.sender.settleStalled(true));
  }

  /** Long enough for every deadline of `close()`. */
  async outwait(): Promise<void> {
    // No timer comes before the promises that have settled by then.
    await settle();
    await this.platform.advance(2 * CLOSE_TIMEOUT_MILLIS);
    await settle();
  }

  /** Of a span that fits anywhere, or ends a message, or has to be trimmed. */
  private optionsWithin(): object {
    const pad = 'x'.repeat(this.moods.of([0, 200, 5000]));
    return { childOf: this.spans[0], tags: { pad } };
  }

  private isMade(): boolean {
    return (this.tracer as Tracer | undefined) !== undefined;
  }

  private newTracer(): Tracer {
    const { moody } = this.setup;
    const { moods, platform } = this;
    const logger = moody ? moodyLogger(moods) : undefined;
    const metrics = moody ? new Metrics(moodyMetrics(moods)) : undefined;
    const sampler = moody ? moodySampler(moods) : new ConstSampler(true);
    return new Tracer('fuzzed', this.newReporter(logger, metrics), sampler, {
      ...this.setup.options,
      platform,
      logger,
      metrics,
      debugThrottler: moody ? moodyThrottler(moods) : undefined,
      baggageRestrictionManager: moody ? moodyBaggage(moods) : undefined,
      closeTimeoutMs: CLOSE_TIMEOUT_MILLIS,
    });
  }

  private newReporter(
    logger: ReturnType<typeof moodyLogger> | undefined,
    metrics?: Metrics,
  ): Reporter {
    const { through, maxQueuedBytes, maxQueueSize, reporterClass = RemoteReporter } = this.setup;
    if (through === 'reporter') return this.ownReporter;
    const remote = new reporterClass(this.sender, {
      ...this.setup.values,
      platform: this.platform,
      logger,
      metrics,
      maxQueuedBytes,
      maxQueueSize,
      closeTimeoutMs: CLOSE_TIMEOUT_MILLIS,
    });
    return through === 'composite' ? new CompositeReporter([this.ownReporter, remote]) : remote;
  }
}

/** Promises, and callbacks, that have to come. */
export class Pending {
  unresolved = 0;
  /** Negative where one was called twice. */
  notCalled = 0;

  add(promise: Promise<void>): void {
    this.unresolved++;
    void promise.then(() => this.unresolved--);
  }

  callback(): () => void {
    this.notCalled++;
    return () => void this.notCalled--;
  }
}
