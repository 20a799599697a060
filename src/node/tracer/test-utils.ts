import type { Span } from '../../core/span/span.js';

/** The tags of a span by key, the last where a key repeats; only `keys` where they are given. */
function getTags(span: Span, keys?: readonly string[]): Record<string, unknown> {
  const tags: Record<string, unknown> = {};
  for (const { key, value } of span._tags) {
    if (keys === undefined || keys.includes(key)) tags[key] = value;
  }
  return tags;
}

/** Whether the span has each of these tags, with this value. */
function hasTags(span: Span, expectedTags: Record<string, unknown>): boolean {
  const tags = getTags(span);
  return Object.keys(expectedTags).every(
    (key) => Object.hasOwn(tags, key) && tags[key] === expectedTags[key],
  );
}

/** jaeger-client's help for tests. */
export const TestUtils: {
  readonly getTags: typeof getTags;
  readonly hasTags: typeof hasTags;
} = { getTags, hasTags };
