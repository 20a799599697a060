import type { RefusalReason } from '../ingest/receiver-counters.js';

/** A request that is answered with an error, and why. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  /** The status: 400..599. */
  readonly status: number;
  /** Why the request was not even read; undefined where it was. */
  readonly refusal: RefusalReason | undefined;

  constructor(status: number, message: string, refusal?: RefusalReason) {
    super(message);
    this.status = status;
    this.refusal = refusal;
  }
}
