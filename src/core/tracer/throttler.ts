/** Decides whether a debug trace may be forced (`sampling.priority`, `jaeger-debug-id`). */
export interface DebugThrottler {
  isAllowed(operation: string): boolean;
  setProcess?(process: unknown): void;
  close?(callback?: () => void): void;
}

/** Throttles nothing, or everything. Default: nothing. */
export class DefaultThrottler implements DebugThrottler {
  private readonly _throttleAll: boolean;

  constructor(throttleAll: boolean = false) {
    this._throttleAll = throttleAll;
  }

  isAllowed(_operation: string): boolean {
    return !this._throttleAll;
  }

  setProcess(_process: unknown): void {}

  close(callback?: () => void): void {
    callback?.();
  }
}
