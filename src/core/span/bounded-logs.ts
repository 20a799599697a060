/**
 * The logs of a span that may keep only so many: the first half and the latest half, as
 * jaeger-client-go's `MaxLogsPerSpan`. Once some were left out, the oldest of the latest half gives way
 * to a log that says how many.
 */
export class BoundedLogs {
  private readonly maxFirst: number;
  private readonly maxLatest: number;
  private readonly first: unknown[] = [];
  private firstCount = 0;
  /** A ring: `next` is the oldest once it is full. */
  private readonly latest: (readonly unknown[])[] = [];
  private next = 0;
  private leftOut = 0;

  /** `maxLogs`: at least 1. */
  constructor(maxLogs: number) {
    this.maxFirst = (maxLogs - 1) >> 1;
    this.maxLatest = maxLogs - this.maxFirst;
  }

  /** Takes a log: `timestamp, n, key, value ...`. */
  add(log: readonly unknown[]): void {
    if (this.firstCount < this.maxFirst) {
      for (const part of log) this.first.push(part);
      this.firstCount++;
    } else if (this.latest.length < this.maxLatest) {
      this.latest.push(log);
    } else {
      this.latest[this.next] = log;
      this.next = (this.next + 1) % this.maxLatest;
      this.leftOut++;
    }
  }

  /** All of them, flat, in order. */
  flat(): unknown[] {
    const latest = [...this.latest.slice(this.next), ...this.latest.slice(0, this.next)];
    if (this.leftOut === 0) return [...this.first, ...latest.flat()];
    const [oldest, ...others] = latest;
    const notice = [
      oldest![0],
      3,
      'event',
      'dropped Span logs',
      'dropped_log_count',
      this.leftOut + 1,
      'component',
      'spoor',
    ];
    return [...this.first, ...notice, ...others.flat()];
  }
}
