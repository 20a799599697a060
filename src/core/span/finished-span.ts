import type { Reference } from 'opentracing';
import type { SpanContext } from '../context/span-context.js';

/** Tags or log fields: `key, value, key, value ...`, in order. Keys may repeat. */
export type FlatTags = readonly unknown[];

/** Logs, in order: `timestamp, n, key, value ...` (n fields) of each; milliseconds since the Unix epoch. */
export type FlatLogs = readonly unknown[];

/**
 * What encoders read of a finished span. A `Span` is one itself: its tags and logs are held flat, so that
 * a tag costs no object, and nothing is copied for an encoder.
 *
 * Names, keys and values are what the caller gave: any of them may be of another type than it should,
 * and turning a value into text may run user code, which may use the span. So an encoder reads each array
 * and its length once; what is added later is not encoded.
 */
export interface FinishedSpan {
  readonly operationName: string;
  /** Milliseconds since the Unix epoch, to the microsecond. */
  readonly startTime: number;
  /** In milliseconds, to the microsecond; undefined before `finish()`. */
  readonly duration: number | undefined;
  /** References as they were given to `startSpan`; see `readReferences`. */
  readonly references: readonly Reference[] | undefined;
  /** The sampler's tags, before all others. One array, never changed, for all spans that it sampled. */
  readonly samplerTags: FlatTags | undefined;
  /** Tags of `constantTags`, behind the sampler's. One array, never changed, for many spans. */
  readonly startTags: FlatTags | undefined;
  /** All other tags. */
  readonly ownTags: FlatTags | undefined;
  readonly flatLogs: FlatLogs | undefined;
  context(): SpanContext;
}
