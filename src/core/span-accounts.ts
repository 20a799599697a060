import { ReporterCounters, type ReporterStats, type TracerStats } from './accounting.js';

/** A tracer's side of the accounting; the reporter's is added where it keeps one. */
export class SpanAccounts {
  started = 0;
  unsampledLater = 0;
  open = 0;
  finished = 0;
  /** Spans that never reached a reporter that counts for itself. */
  readonly own: ReporterCounters = new ReporterCounters();

  stats(reporter: ReporterStats | undefined): TracerStats {
    const dropped = { ...this.own.dropped };
    for (const reason of Object.keys(dropped) as (keyof typeof dropped)[]) {
      dropped[reason] += numberOf(reporter?.dropped?.[reason]);
    }
    return {
      started: this.started,
      unsampledLater: this.unsampledLater,
      open: this.open,
      finished: this.finished,
      sent: this.own.sent + numberOf(reporter?.sent),
      waiting: numberOf(reporter?.waiting),
      dropped,
    };
  }
}

/** A reporter may be the application's own, and say anything. */
function numberOf(said: unknown): number {
  return typeof said === 'number' && Number.isFinite(said) ? said : 0;
}
