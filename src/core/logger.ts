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

/** A logger that throws must not hurt the application's request, so each line goes through here. */
export function logError(logger: Logger, text: string): void {
  try {
    logger.error(text);
  } catch {
    // There is nowhere left to say it.
  }
}

export function logInfo(logger: Logger, text: string): void {
  try {
    logger.info(text);
  } catch {
    // As above.
  }
}

/** `warn` where the user's logger has it, else `info`. */
export function logWarning(logger: Logger, text: string): void {
  try {
    if (typeof logger.warn === 'function') logger.warn(text);
    else logger.info(text);
  } catch {
    // As above.
  }
}

/** An error, or whatever was thrown, as text: also where it has none. */
export function textOfThrown(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that has no text';
  }
}
