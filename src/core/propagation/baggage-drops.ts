import { logWarning, type Logger } from '../host/logger.js';
import { count, type Metrics } from '../host/metrics.js';
import type { BaggageLimit } from './baggage-limit.js';

/** Longest key that a log line names, in UTF-16 units. */
const MAX_KEY_LENGTH = 200;

/** Baggage that stays behind: each item is counted, and each reason is logged once. */
export class BaggageDrops {
  private readonly limit: BaggageLimit;
  private readonly metrics: Metrics;
  private readonly logger: Logger;
  private hasLoggedLimit = false;
  private hasLoggedKey = false;

  constructor(limit: BaggageLimit, metrics: Metrics, logger: Logger) {
    this.limit = limit;
    this.metrics = metrics;
    this.logger = logger;
  }

  /** Items that were not written, for a reason that is logged elsewhere. */
  count(items: number): void {
    count(this.metrics.baggageDropped, items);
  }

  /** There was no room for the item. */
  overLimit(name: string): void {
    this.count(1);
    if (this.hasLoggedLimit) return;
    this.hasLoggedLimit = true;
    const { items, bytes } = this.limit;
    logWarning(
      this.logger,
      `Baggage over maxBaggage (${items} items, ${bytes} bytes) is not sent. First: ${cut(name)}`,
    );
  }

  /** The item's key is no name of an HTTP header. */
  illegalKey(name: string): void {
    this.count(1);
    if (this.hasLoggedKey) return;
    this.hasLoggedKey = true;
    logWarning(
      this.logger,
      `Baggage whose key is no HTTP header name is not sent. First: ${cut(name)}`,
    );
  }
}

function cut(name: string): string {
  return name.slice(0, MAX_KEY_LENGTH);
}
