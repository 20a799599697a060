import type { Logger } from '../../../src/core/host/logger.js';

/** Keeps what it is told. */
export class RecordingLogger implements Logger {
  readonly infos: string[] = [];
  readonly warnings: string[] = [];
  readonly errors: string[] = [];

  info(msg: string): void {
    this.infos.push(msg);
  }

  warn(msg: string): void {
    this.warnings.push(msg);
  }

  error(msg: string): void {
    this.errors.push(msg);
  }
}

/** A logger that breaks whenever it is used. */
export const THROWING_LOGGER: Logger = {
  info: fail,
  warn: fail,
  error: fail,
};

function fail(): never {
  throw new Error('the logger is broken');
}
