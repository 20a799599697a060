import { SAMPLER_PARAM_TAG_KEY, SAMPLER_TYPE_TAG_KEY } from './const-sampler.js';
import { LegacySamplerV1Base } from './sampler.js';

/** The clock and the randomness of a rate limiter. */
export interface RateLimiterHost {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
}

/** A leaky bucket of credits. A backward step of the clock does not change the balance. */
export class RateLimiter {
  private _creditsPerSecond: number;
  private _balance: number;
  private _maxBalance: number;
  /** NaN until the clock is first read: runtimes have none while a module loads. */
  private _lastTick: number = Number.NaN;
  private readonly host: RateLimiterHost;

  constructor(
    creditsPerSecond: number,
    maxBalance: number,
    initBalance: number | undefined,
    host: RateLimiterHost,
  ) {
    this.host = host;
    this._creditsPerSecond = creditsPerSecond;
    this._maxBalance = maxBalance;
    this._balance = initBalance || Number.NaN;
  }

  /** Changes the rate. The balance keeps its ratio to the maximum. */
  update(creditsPerSecond: number, maxBalance: number): void {
    this.earn();
    this._creditsPerSecond = creditsPerSecond;
    this._balance = (maxBalance * this._balance) / this._maxBalance;
    this._maxBalance = maxBalance;
  }

  /** Spends `itemCost` credits if the balance has them. */
  checkCredit(itemCost: number): boolean {
    this.earn();
    if (!(this._balance >= itemCost)) return false; // a NaN rate samples nothing
    this._balance -= itemCost;
    return true;
  }

  private earn(): void {
    const now = this.host.now();
    // A fleet that restarts must not sample in step.
    if (Number.isNaN(this._lastTick)) this._balance ||= this.host.random() * this._maxBalance;
    const seconds = Math.max(0, now - this._lastTick || 0) / 1000;
    this._lastTick = now;
    this._balance = Math.min(this._maxBalance, this._balance + seconds * this._creditsPerSecond);
  }
}

/** Samples up to a number of traces per second. */
export class RateLimitingSampler extends LegacySamplerV1Base {
  private _maxTracesPerSecond: number;
  private readonly _rateLimiter: RateLimiter;

  /**
   * `maxTracesPerSecond`: 0 or more. Below 1 the bucket still holds one trace.
   *
   * @throws Error `maxTracesPerSecond must be greater than 0.0.  Received ...`
   */
  constructor(maxTracesPerSecond: number, initBalance: number | undefined, host: RateLimiterHost) {
    super('RateLimitingSampler');
    this._maxTracesPerSecond = checkedRate(maxTracesPerSecond);
    this._rateLimiter = new RateLimiter(
      maxTracesPerSecond,
      bucketOf(maxTracesPerSecond),
      initBalance,
      host,
    );
  }

  get maxTracesPerSecond(): number {
    return this._maxTracesPerSecond;
  }

  /**
   * Sets another rate. True if it differs.
   *
   * @throws Error `maxTracesPerSecond must be greater than 0.0.  Received ...`
   */
  update(maxTracesPerSecond: number): boolean {
    const before = this._maxTracesPerSecond;
    this._maxTracesPerSecond = checkedRate(maxTracesPerSecond);
    this._rateLimiter.update(maxTracesPerSecond, bucketOf(maxTracesPerSecond));
    return before !== maxTracesPerSecond;
  }

  override toString(): string {
    return `${this.name()}(maxTracesPerSecond=${this._maxTracesPerSecond})`;
  }

  override isSampled(_operationName: string, outTags: Record<string, unknown>): boolean {
    const sampled = this._rateLimiter.checkCredit(1);
    if (sampled) {
      outTags[SAMPLER_TYPE_TAG_KEY] = 'ratelimiting';
      outTags[SAMPLER_PARAM_TAG_KEY] = this._maxTracesPerSecond;
    }
    return sampled;
  }

  equal(other: unknown): boolean {
    return (
      other instanceof RateLimitingSampler && this._maxTracesPerSecond === other._maxTracesPerSecond
    );
  }
}

function checkedRate(maxTracesPerSecond: number): number {
  if (maxTracesPerSecond < 0) {
    throw new Error(`maxTracesPerSecond must be greater than 0.0.  Received ${maxTracesPerSecond}`);
  }
  return maxTracesPerSecond;
}

function bucketOf(maxTracesPerSecond: number): number {
  return Math.max(1, maxTracesPerSecond);
}
