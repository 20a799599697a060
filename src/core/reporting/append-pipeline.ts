import { callGuarded } from '../host/guarded.js';
import { logError } from '../host/logger.js';
import { count } from '../host/metrics.js';
import type { FinishedSpan } from '../span/finished-span.js';
import type { KeyValue } from '../span/span-data.js';
import { textOfThrown } from '../text/thrown-text.js';
import { spanToThrift, tagsToThrift } from '../wire/thrift-span.js';
import type { Pipeline, PipelineSetup } from './pipeline.js';
import type { SpanSender } from './sender.js';

/**
 * Hands finished spans one by one to a sender of jaeger-client's kind, which batches them itself and
 * calls back with how many left or failed.
 */
export class AppendPipeline implements Pipeline {
  private readonly sender: SpanSender;
  private readonly setup: PipelineSetup;
  private readonly allocate: (length: number) => Uint8Array;
  private readonly maxLength: number;
  private readonly runOutside: <T>(work: () => T) => T;
  private ready = false;
  private abandoned = false;

  constructor(sender: SpanSender, setup: PipelineSetup) {
    this.sender = sender;
    this.setup = setup;
    this.allocate = setup.platform.allocate ?? ((length) => new Uint8Array(length));
    this.runOutside = setup.platform.runOutside ?? ((work) => work());
    const { maxTagValueLength } = setup.values;
    this.maxLength = maxTagValueLength > 0 ? maxTagValueLength : Number.POSITIVE_INFINITY;
  }

  setProcess(serviceName: string, tags: KeyValue[]): void {
    this.ready = true;
    this.guarded('set the process of the sender', () =>
      this.sender.setProcess({
        serviceName,
        tags: tagsToThrift(tags, this.allocate, this.maxLength),
      }),
    );
  }

  report(span: FinishedSpan): boolean {
    const { counters } = this.setup;
    counters.waiting++;
    const onAnswer = (numSpans: number, err?: string): void => {
      if (err) this.fail(numSpans, 'append', err);
      else this.succeed(numSpans);
    };
    callGuarded(
      () => {
        const thriftSpan = spanToThrift(span, this.allocate, this.maxLength);
        return this.runOutside(() => this.sender.append(thriftSpan, onAnswer));
      },
      (error) => this.fail(1, 'append', error),
    );
    return counters.waiting > 0;
  }

  flush(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.ready) {
        logError(this.setup.logger, 'Failed to flush since process is not set.');
        resolve();
        return;
      }
      const onAnswer = (numSpans: number, err?: string): void => {
        if (err) this.fail(numSpans, 'flush', err);
        else this.succeed(numSpans);
        resolve();
      };
      this.guarded('flush spans in reporter', () => this.sender.flush(onAnswer), resolve);
    });
  }

  abandon(): void {
    if (this.abandoned) return;
    this.abandoned = true;
    const { counters, metrics } = this.setup;
    const left = counters.waiting;
    counters.waiting = 0;
    counters.dropped.closed += left;
    if (left > 0) count(metrics.reporterDropped, left);
    this.guarded('close the sender', () => this.sender.close());
  }

  private guarded(what: string, run: () => unknown, onFailure: () => void = () => undefined): void {
    callGuarded(
      () => this.runOutside(run),
      (error) => {
        logError(this.setup.logger, `Failed to ${what}: ${textOfThrown(error)}`);
        onFailure();
      },
    );
  }

  private succeed(numSpans: number): void {
    const { counters, metrics } = this.setup;
    const spans = this.settle(numSpans);
    counters.sent += spans;
    count(metrics.reporterSuccess, spans);
  }

  private fail(numSpans: number, step: 'append' | 'flush', error: unknown): void {
    const { counters, metrics, logger } = this.setup;
    const spans = this.settle(numSpans);
    counters.dropped.sendFailed += spans;
    count(step === 'append' ? metrics.reporterDropped : metrics.reporterFailure, spans);
    logError(logger, `Failed to ${step} spans in reporter: ${textOfThrown(error)}`);
  }

  /** A sender that counts spans it was not given, or none at all, does not break the sums. */
  private settle(numSpans: unknown): number {
    const { counters } = this.setup;
    const said = typeof numSpans === 'number' && numSpans > 0 ? Math.floor(numSpans) : 0;
    const spans = Math.min(said, counters.waiting);
    counters.waiting -= spans;
    return spans;
  }
}
