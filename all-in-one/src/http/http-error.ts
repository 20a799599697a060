import type { RefusalReason } from '../ingest/receiver-counters.js';

/** A request to answer with an error. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  /** HTTP status, 400..599. */
  readonly status: number;
  /** Why the request was refused before reading; undefined if it was read. */
  readonly refusal: RefusalReason | undefined;

  constructor(status: number, message: string, refusal?: RefusalReason) {
    super(message);
    this.status = status;
    this.refusal = refusal;
  }
}
