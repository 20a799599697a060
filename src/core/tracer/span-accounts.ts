import { callGuarded } from '../host/guarded.js';
import {
  type DroppedSpans,
  ReporterCounters,
  type ReporterStats,
  type TracerStats,
} from '../reporting/accounting.js';
import type { Reporter } from '../reporting/reporter.js';
import type { Span } from '../span/span.js';

const NOTHING_DROPPED: DroppedSpans = new ReporterCounters().dropped;

/** A tracer's part of the accounting. `stats` adds the reporter's part, if the reporter counts. */
export class SpanAccounts {
  started = 0;
  unsampledLater = 0;
  open = 0;
  finished = 0;
  /** Spans passed to a reporter that counts them itself. */
  handedOver = 0;
  /** Counters of all other spans. */
  readonly own: ReporterCounters = new ReporterCounters();

  countStarted(): void {
    this.started++;
    this.open++;
  }

  countUnsampled(): void {
    this.open--;
    this.unsampledLater++;
  }

  countFinished(): void {
    this.open--;
    this.finished++;
  }

  /**
   * Passes a finished span to a reporter. For a reporter without `stats()`, a span counts as sent once
   * `report()` returns. Exceptions and rejections of the reporter go to `onError`.
   */
  handOver(span: Span, reporter: Reporter, onError: (error: unknown) => void): void {
    let countsItself = true;
    try {
      countsItself = reporter.stats !== undefined;
      if (countsItself) this.handedOver++;
      else this.own.sent++;
      const result = reporter.report(span) as unknown;
      if (result !== undefined) catchLater(result, onError);
    } catch (error) {
      if (!countsItself) {
        this.own.sent--;
        this.own.dropped.sendFailed++;
      }
      onError(error);
    }
  }

  /** `reporter`: the result of its `stats()`. If that is malformed, the reporter counts as one without. */
  stats(reporter: unknown): TracerStats {
    if (!isReporterStats(reporter)) {
      return this.stats({ sent: this.handedOver, waiting: 0, dropped: NOTHING_DROPPED });
    }
    const dropped = { ...this.own.dropped };
    for (const reason of Object.keys(dropped) as (keyof typeof dropped)[]) {
      dropped[reason] += reporter.dropped[reason];
    }
    return {
      started: this.started,
      unsampledLater: this.unsampledLater,
      open: this.open,
      finished: this.finished,
      sent: this.own.sent + reporter.sent,
      waiting: reporter.waiting,
      dropped,
    };
  }
}

/** A function of its own: a closure in `handOver` would cost an allocation for each span. */
function catchLater(result: unknown, onError: (error: unknown) => void): void {
  callGuarded(() => result, onError);
}

/** Whether this is the result of a working `stats()`: the reporter may be user code. */
function isReporterStats(said: unknown): said is ReporterStats {
  if (typeof said !== 'object' || said === null) return false;
  const { sent, waiting, dropped } = said as Partial<ReporterStats>;
  if (typeof dropped !== 'object' || dropped === null) return false;
  const reasons = Object.keys(NOTHING_DROPPED) as (keyof DroppedSpans)[];
  return [sent, waiting, ...reasons.map((reason) => dropped[reason])].every(Number.isFinite);
}
