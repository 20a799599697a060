import { callGuarded } from './guarded.js';
import type { Clock, Platform, Timer } from './platform.js';

/** A platform whose exceptions end here: each goes to `onError`, and the work goes on without it. */
export class GuardedPlatform {
  readonly clock: Clock;
  readonly writeUtf8: Platform['writeUtf8'];
  private readonly platform: Platform;
  private readonly onError: (error: unknown) => void;

  constructor(platform: Platform, onError: (error: unknown) => void) {
    this.platform = platform;
    this.onError = onError;
    this.clock = new GuardedClock(platform.clock, onError);
    this.writeUtf8 = platform.writeUtf8;
  }

  /** Undefined where there is no timer: the platform has none, or cannot start one now. */
  startTimer(callback: () => void, delayMillis: number): Timer | undefined {
    const timer = this.attempt(() => this.platform.startTimer?.(callback, delayMillis));
    return timer && { cancel: () => this.attempt(() => timer.cancel()) };
  }

  readonly allocate = (length: number): Uint8Array =>
    this.attempt(() => this.platform.allocate?.(length)) ?? new Uint8Array(length);

  /** What `work` throws is thrown on. */
  readonly runOutside = <T>(work: () => T): T => {
    const { platform } = this;
    if (platform.runOutside === undefined) return work();
    let hasBegun = false;
    try {
      return platform.runOutside(() => {
        hasBegun = true;
        return work();
      });
    } catch (error) {
      if (hasBegun) throw error;
      this.onError(error);
      return work();
    }
  };

  /** Calls `callback` when a process goes on from a stored image of this one. */
  onRestored(callback: () => void): void {
    this.attempt(() => this.platform.onRestored?.(callback));
  }

  hostname(): string {
    return this.attempt(() => this.platform.hostname?.()) ?? '';
  }

  ip(): string {
    return this.attempt(() => this.platform.ip?.()) ?? '0.0.0.0';
  }

  private attempt<T>(run: () => T): T | undefined {
    return callGuarded(run, this.onError);
  }
}

/** A clock that throws shows the last time that is known. */
class GuardedClock implements Clock {
  monotonicAtWall: number = Number.NaN;
  private readonly clock: Clock;
  private readonly onError: (error: unknown) => void;
  private lastWall = 0;

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.clock = clock;
    this.onError = onError;
  }

  wallMillis(): number {
    const { clock } = this;
    try {
      this.lastWall = clock.wallMillis();
      this.monotonicAtWall = clock.monotonicAtWall;
    } catch (error) {
      this.monotonicAtWall = Number.NaN;
      this.onError(error);
    }
    return this.lastWall;
  }

  monotonicMillis(): number {
    try {
      return this.clock.monotonicMillis();
    } catch (error) {
      this.onError(error);
      return Number.NaN;
    }
  }
}
