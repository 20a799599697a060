/**
 * What became of every sampled span. `started = finished + open + unsampledLater` and
 * `finished = sent + waiting + sum(dropped)` hold at every moment; each term is counted where it
 * happens, none is derived from the others.
 */
export interface TracerStats {
  /** Spans that became sampled: at start, or later by a tag or an operation name. */
  readonly started: number;
  /** Sampled spans that `sampling.priority` 0 (theirs or their trace's) took out again. */
  readonly unsampledLater: number;
  /** Sampled spans that have not finished. */
  readonly open: number;
  readonly finished: number;
  /** Accepted by the kernel (UDP) or by a 2xx (HTTP), or taken by a reporter that keeps no count. */
  readonly sent: number;
  /** Finished, neither sent nor dropped yet. */
  readonly waiting: number;
  readonly dropped: DroppedSpans;
}

/** Finished spans that did not leave, by reason. */
export interface DroppedSpans {
  /** The bound of waiting spans (`maxQueuedBytes`, `maxQueueSize`) was reached. */
  readonly queueFull: number;
  /** No message of `maxPacketSize` bytes could ever hold it. */
  readonly tooLarge: number;
  /** The sender said no. */
  readonly sendFailed: number;
  /** It could not be turned into bytes. */
  readonly encodeError: number;
  /** It finished after `close()`, or `close()` ran into its deadline. */
  readonly closed: number;
}

/** What a reporter knows of the spans that were handed to it. */
export interface ReporterStats {
  readonly sent: number;
  readonly waiting: number;
  readonly dropped: DroppedSpans;
}

/** Counters that a reporter feeds; `ReporterStats` is the view of them. */
export class ReporterCounters {
  sent = 0;
  waiting = 0;
  readonly dropped: { -readonly [K in keyof DroppedSpans]: number } = {
    queueFull: 0,
    tooLarge: 0,
    sendFailed: 0,
    encodeError: 0,
    closed: 0,
  };

  snapshot(): ReporterStats {
    return { sent: this.sent, waiting: this.waiting, dropped: { ...this.dropped } };
  }
}
