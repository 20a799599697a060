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

/** A tracer's side of the accounting; the reporter's is added where it keeps one. */
export class SpanAccounts {
  started = 0;
  unsampledLater = 0;
  open = 0;
  finished = 0;
  /** Spans that were handed to a reporter that counts for itself. */
  handedOver = 0;
  /** Spans that never reached such a reporter. */
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
   * Hands a finished span to a reporter. For a reporter without `stats` it counts as sent once `report`
   * returns. `onError` gets what the reporter throws, or rejects with.
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

  /** `reporter`: what it says. Where that is of no use, it counts as one that keeps no count. */
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

/** A reporter may be the application's own, and say anything. */
function isReporterStats(said: unknown): said is ReporterStats {
  if (typeof said !== 'object' || said === null) return false;
  const { sent, waiting, dropped } = said as Partial<ReporterStats>;
  if (typeof dropped !== 'object' || dropped === null) return false;
  const reasons = Object.keys(NOTHING_DROPPED) as (keyof DroppedSpans)[];
  return [sent, waiting, ...reasons.map((reason) => dropped[reason])].every(Number.isFinite);
}
