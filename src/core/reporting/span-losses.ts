import { count, type Metrics } from '../host/metrics.js';
import type { FinishedSpan } from '../span/finished-span.js';
import type { ClientStats } from '../wire/batch-encoder.js';
import type { ReporterCounters } from './accounting.js';
import type { ReporterLog } from './reporter-log.js';

/**
 * Counts each span that a pipeline drops before it is sent, by reason, and logs why. Each method returns
 * false: the span does not wait.
 */
export class SpanLosses {
  private readonly counters: ReporterCounters;
  private readonly metrics: Metrics;
  private readonly log: ReporterLog;

  constructor(counters: ReporterCounters, metrics: Metrics, log: ReporterLog) {
    this.counters = counters;
    this.metrics = metrics;
    this.log = log;
  }

  queueFull(waitingBytes: number): false {
    this.drop('queueFull');
    this.log.queueIsFull(this.counters.waiting, waitingBytes);
    return false;
  }

  /** `bytes`: its size; infinite where it was not written to its end. */
  tooLarge(span: FinishedSpan, bytes: number, maxSpanBytes: number): false {
    this.drop('tooLarge');
    this.log.spanIsTooLarge(span.operationName, bytes, maxSpanBytes);
    return false;
  }

  unencoded(why: string): false {
    this.drop('encodeError');
    this.log.spanIsNotEncoded(why);
    return false;
  }

  closed(): false {
    this.drop('closed');
    return false;
  }

  private drop(reason: 'queueFull' | 'tooLarge' | 'encodeError' | 'closed'): void {
    this.counters.dropped[reason]++;
    count(this.metrics.reporterDropped, 1);
  }
}

/** What a message tells the backend of spans that it never got; undefined where all were sent. */
export function clientStatsOf(counters: ReporterCounters): ClientStats | undefined {
  const { queueFull, tooLarge, sendFailed } = counters.dropped;
  if (queueFull + tooLarge + sendFailed === 0) return undefined;
  return {
    fullQueueDroppedSpans: queueFull,
    tooLargeDroppedSpans: tooLarge,
    failedToEmitSpans: sendFailed,
  };
}
