import { logError } from '../logger.js';
import { count } from '../metrics.js';
import type { Span } from '../span.js';
import type { KeyValue } from '../span-data.js';
import { spanToThrift, tagsToThrift } from '../thrift/thrift-span.js';
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
  private ready = false;
  private abandoned = false;

  constructor(sender: SpanSender, setup: PipelineSetup) {
    this.sender = sender;
    this.setup = setup;
    this.allocate = setup.platform.allocate ?? ((length) => new Uint8Array(length));
    const { maxTagValueLength } = setup.values;
    this.maxLength = maxTagValueLength > 0 ? maxTagValueLength : Number.POSITIVE_INFINITY;
  }

  setProcess(serviceName: string, tags: KeyValue[]): void {
    this.ready = true;
    this.sender.setProcess({
      serviceName,
      tags: tagsToThrift(tags, this.allocate, this.maxLength),
    });
  }

  report(span: Span): boolean {
    const { counters } = this.setup;
    counters.waiting++;
    try {
      this.sender.append(spanToThrift(span, this.allocate, this.maxLength), (numSpans, err) => {
        if (err) this.fail(numSpans, 'append', err);
        else this.succeed(numSpans);
      });
    } catch (error) {
      this.fail(1, 'append', error);
    }
    return counters.waiting > 0;
  }

  flush(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.ready) {
        logError(this.setup.logger, 'Failed to flush since process is not set.');
        resolve();
        return;
      }
      try {
        this.sender.flush((numSpans, err) => {
          if (err) this.fail(numSpans, 'flush', err);
          else this.succeed(numSpans);
          resolve();
        });
      } catch (error) {
        logError(this.setup.logger, `Failed to flush spans in reporter: ${error}`);
        resolve();
      }
    });
  }

  abandon(): void {
    if (this.abandoned) return;
    this.abandoned = true;
    const { counters, metrics } = this.setup;
    counters.dropped.closed += counters.waiting;
    count(metrics.reporterDropped, counters.waiting);
    counters.waiting = 0;
    try {
      this.sender.close();
    } catch (error) {
      logError(this.setup.logger, `Failed to close the sender: ${error}`);
    }
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
    logError(logger, `Failed to ${step} spans in reporter: ${error}`);
  }

  /** A sender that counts spans it was not given, or none at all, does not break the sums. */
  private settle(numSpans: number): number {
    const { counters } = this.setup;
    const spans = numSpans > 0 ? Math.min(Math.floor(numSpans), counters.waiting) : 0;
    counters.waiting -= spans;
    return spans;
  }
}
