import { callGuarded } from './guarded.js';

/** jaeger-client's logger: any object with these two; `warn` is used where it is there. */
export interface Logger {
  info(msg: string): void;
  error(msg: string): void;
  warn?(msg: string): void;
}

/** Says nothing: the default. */
export class NullLogger implements Logger {
  info(_msg: string): void {}
  error(_msg: string): void {}
}

/** How often a logger threw. There is nowhere left to say it, but `tracer.caughtErrors()` counts it. */
const failures: WeakMap<Logger, number> = new WeakMap();

/** A logger that throws must not hurt the application's request, so each line goes through here. */
export function logError(logger: Logger, text: string): void {
  log(logger, () => logger.error(text));
}

export function logInfo(logger: Logger, text: string): void {
  log(logger, () => logger.info(text));
}

/** `warn` where the user's logger has it, else `info`. */
export function logWarning(logger: Logger, text: string): void {
  log(logger, () => (typeof logger.warn === 'function' ? logger.warn(text) : logger.info(text)));
}

/** How often a logger threw, or gave a promise that was rejected. */
export function loggerFailures(logger: Logger): number {
  return failures.get(logger) ?? 0;
}

function log(logger: Logger, write: () => unknown): void {
  const onFailure = (): void => {
    // What is no object, from a program without types, has no place in the map.
    if (Object(logger) === logger) failures.set(logger, loggerFailures(logger) + 1);
  };
  callGuarded(write, onFailure);
}
