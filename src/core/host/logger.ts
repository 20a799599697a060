import { callGuarded } from './guarded.js';

/** jaeger-client's logger: any object with `info` and `error`. `warn` is used if it exists. */
export interface Logger {
  info(msg: string): void;
  error(msg: string): void;
  warn?(msg: string): void;
}

/** Logs nothing. The default. */
export class NullLogger implements Logger {
  info(_msg: string): void {}
  error(_msg: string): void {}
}

/** Exceptions of each logger. They cannot be logged, so `tracer.caughtErrors()` counts them. */
const failures: WeakMap<Logger, number> = new WeakMap();

/** Writes an error. Never throws: an exception of the logger must not fail a request. */
export function logError(logger: Logger, text: string): void {
  log(logger, () => logger.error(text));
}

/** Writes an info line. Never throws. */
export function logInfo(logger: Logger, text: string): void {
  log(logger, () => logger.info(text));
}

/** Calls `warn` if the logger has it, else `info`. Never throws. */
export function logWarning(logger: Logger, text: string): void {
  log(logger, () => (typeof logger.warn === 'function' ? logger.warn(text) : logger.info(text)));
}

/** Number of exceptions and rejections of a logger. */
export function loggerFailures(logger: Logger): number {
  return failures.get(logger) ?? 0;
}

function log(logger: Logger, write: () => unknown): void {
  const onFailure = (): void => {
    // JavaScript callers may pass a primitive, which cannot be a key of a WeakMap.
    if (Object(logger) === logger) failures.set(logger, loggerFailures(logger) + 1);
  };
  callGuarded(write, onFailure);
}
