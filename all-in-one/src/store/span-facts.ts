import { type FlatTagPart, KIND_STRING, TAG_PARTS } from '../model/flat-tags.js';
import { lastTag } from '../model/last-tag.js';
import type { Span } from '../model/span.js';
import type { PackedSpan } from './packed-span.js';

/** What the store keeps of a span besides its packed string. */
export interface SpanFacts {
  readonly operationName: string;
  /** Value of the tag `span.kind`; empty for none. */
  readonly kind: string;
  /** Microseconds since the Unix epoch. */
  readonly startTime: number;
  /** Microseconds. */
  readonly duration: number;
  /** The tag `error` is true, or `otel.status_code` is ERROR. */
  readonly isError: boolean;
}

const KIND_KEY = 'span.kind';
const ERROR_KEY = 'error';
const STATUS_KEY = 'otel.status_code';

export function factsOf({ operationName, startTime, duration, tags }: Span): SpanFacts {
  const kind = lastTag(tags, KIND_KEY);
  return {
    operationName,
    kind: kind?.type === 'string' ? kind.value : '',
    startTime,
    duration,
    isError: isFailed(lastTag(tags, ERROR_KEY)?.value, lastTag(tags, STATUS_KEY)?.value),
  };
}

/** The same facts of a packed span. */
export function packedFacts({ operationName, startTime, duration, tags }: PackedSpan): SpanFacts {
  let kind = '';
  let error: FlatTagPart | undefined;
  let status: FlatTagPart | undefined;
  for (let i = 0; i < tags.length; i += TAG_PARTS) {
    const value: FlatTagPart = tags[i + 2]!;
    if (tags[i] === KIND_KEY) kind = tags[i + 1] === KIND_STRING ? (value as string) : '';
    if (tags[i] === ERROR_KEY) error = value;
    if (tags[i] === STATUS_KEY) status = value;
  }
  return { operationName, kind, startTime, duration, isError: isFailed(error, status) };
}

function isFailed(error: unknown, status: unknown): boolean {
  return error === true || error === 'true' || status === 'ERROR';
}
