import type { Span } from '../../core/span/span.js';

/** The tags of a span by key. The last value of a repeated key wins. `keys` selects some of them. */
function getTags(span: Span, keys?: readonly string[]): Record<string, unknown> {
  const tags: Record<string, unknown> = {};
  for (const { key, value } of span._tags) {
    if (keys === undefined || keys.includes(key)) tags[key] = value;
  }
  return tags;
}

/** Whether the span has all of these tags, with these values. */
function hasTags(span: Span, expectedTags: Record<string, unknown>): boolean {
  const tags = getTags(span);
  return Object.keys(expectedTags).every(
    (key) => Object.hasOwn(tags, key) && tags[key] === expectedTags[key],
  );
}

/** jaeger-client's helper functions for tests. */
export const TestUtils: {
  readonly getTags: typeof getTags;
  readonly hasTags: typeof hasTags;
} = { getTags, hasTags };
