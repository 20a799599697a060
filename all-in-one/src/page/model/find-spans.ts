import { parseTagPairs } from './tag-pairs.js';
import type { Span, Tag, Trace } from './trace.js';

/**
 * The spans that a text is found in, in the order of the tree. Upper and lower case are one. `key=value`
 * looks for tags, on the span or its process, with that key and a value that contains the other;
 * anything else for a part of the service, the operation, the span id, or a key or value of a tag or
 * log. Empty text finds nothing.
 */
export function findSpans(trace: Trace, query: string): readonly Span[] {
  const trimmed = query.trim().toLowerCase();
  if (trimmed === '') return [];
  const { tags, wrong } = parseTagPairs(trimmed);
  if (wrong === undefined && tags.size > 0) {
    return trace.spans.filter((span) => [...tags].every((pair) => hasTag(span, pair)));
  }
  return trace.spans.filter((span) => hasText(span, trimmed));
}

function hasTag(span: Span, [key, value]: readonly [string, string]): boolean {
  const isIt = (tag: Tag): boolean =>
    tag.key.toLowerCase() === key && tag.value.toLowerCase().includes(value);
  return (
    span.tags.some(isIt) ||
    span.process.tags.some(isIt) ||
    span.logs.some((log) => log.fields.some(isIt))
  );
}

function hasText(span: Span, query: string): boolean {
  const has = (text: string): boolean => text.toLowerCase().includes(query);
  const isIt = (tag: Tag): boolean => has(tag.key) || has(tag.value);
  return (
    has(span.operation) ||
    has(span.process.service) ||
    has(span.spanId) ||
    span.tags.some(isIt) ||
    span.logs.some((log) => log.fields.some(isIt)) ||
    span.process.tags.some(isIt)
  );
}

/** The span that an address names, whether its id is written with leading zeros or not. */
export function spanOfId(trace: Trace, spanId: string): Span | undefined {
  const bare = withoutZeros(spanId);
  return trace.spans.find((span) => withoutZeros(span.spanId) === bare);
}

function withoutZeros(id: string): string {
  return id.toLowerCase().replace(/^0+(?=.)/, '');
}
