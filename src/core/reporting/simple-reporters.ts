import { sumOfCounts } from '../host/caught-errors.js';
import { callGuarded } from '../host/guarded.js';
import { type Logger, logInfo, NullLogger } from '../host/logger.js';
import type { Span } from '../span/span.js';
import type { KeyValue } from '../span/span-data.js';
import type { ReporterStats } from './accounting.js';
import type { Reporter } from './reporter.js';
import { closeReporter, flushReporter } from './reporter-calls.js';
import type { SendErrorCounts } from './sender.js';

/** Forgets every span. */
export class NoopReporter implements Reporter {
  name(): string {
    return 'NoopReporter';
  }

  toString(): string {
    return this.name();
  }

  report(_span: Span): void {}

  close(callback?: () => void): void {
    callback?.();
  }

  setProcess(_serviceName: string, _tags: KeyValue[]): void {}
}

/** Keeps every span, for tests. */
export class InMemoryReporter implements Reporter {
  _process: { serviceName: string; tags: KeyValue[] } | undefined;
  private _spans: Span[] = [];

  name(): string {
    return 'InMemoryReporter';
  }

  toString(): string {
    return this.name();
  }

  report(span: Span): void {
    this._spans.push(span);
  }

  /** The spans reported so far, in the order in which they finished. */
  get spans(): Span[] {
    return this._spans;
  }

  clear(): void {
    this._spans = [];
  }

  close(callback?: () => void): void {
    callback?.();
  }

  setProcess(serviceName: string, tags: KeyValue[]): void {
    this._process = { serviceName, tags };
  }
}

/** Writes a line per span to the logger. */
export class LoggingReporter implements Reporter {
  private readonly _logger: Logger;

  constructor(logger: Logger = new NullLogger()) {
    this._logger = logger;
  }

  name(): string {
    return 'LoggingReporter';
  }

  toString(): string {
    return this.name();
  }

  report(span: Span): void {
    logInfo(this._logger, `Reporting span ${span.context().toString()}`);
  }

  close(callback?: () => void): void {
    callback?.();
  }

  setProcess(_serviceName: string, _tags: KeyValue[]): void {}
}

/** Hands every span to several reporters. Its `stats()` are those of the first that keeps any. */
export class CompositeReporter implements Reporter {
  private readonly _reporters: readonly Reporter[];

  constructor(reporters: readonly Reporter[]) {
    this._reporters = reporters;
    if (!reporters.some((reporter) => typeof reporter.stats === 'function')) {
      this.stats = undefined;
    }
  }

  name(): string {
    return 'CompositeReporter';
  }

  toString(): string {
    return `${this.name()}(${this._reporters.map(String).join(',')})`;
  }

  /** @throws what the first of them threw, after all had the span. */
  report(span: Span): void {
    this.forAll((reporter) => reporter.report(span));
  }

  async flush(callback?: () => void): Promise<void> {
    await Promise.all(this._reporters.map((reporter) => flushReporter(reporter)));
    callback?.();
  }

  async close(callback?: () => void): Promise<void> {
    await Promise.all(this._reporters.map((reporter) => closeReporter(reporter)));
    callback?.();
  }

  /** @throws what the first of them threw, after all were told. */
  setProcess(serviceName: string, tags: KeyValue[]): void {
    this.forAll((reporter) => reporter.setProcess?.(serviceName, tags));
  }

  sendErrors(): SendErrorCounts {
    const counting = this._reporters.find((reporter) => typeof reporter.sendErrors === 'function');
    return counting?.sendErrors!() ?? {};
  }

  caughtErrors(): Record<string, number> {
    return sumOfCounts(...this._reporters.map((reporter) => reporter.caughtErrors?.()));
  }

  private forAll(run: (reporter: Reporter) => void): void {
    let failed = false;
    let failure: unknown;
    for (const reporter of this._reporters) {
      callGuarded(
        () => run(reporter),
        (error) => {
          failure = failed ? failure : error;
          failed = true;
        },
      );
    }
    if (failed) throw failure;
  }

  stats?: (() => ReporterStats) | undefined = () => {
    const counting = this._reporters.find((reporter) => typeof reporter.stats === 'function');
    return counting!.stats!();
  };
}
