import type { Tag } from './span.js';

/** The tag with this key; of several the last one counts. */
export function lastTag(tags: readonly Tag[], key: string): Tag | undefined {
  for (let i = tags.length - 1; i >= 0; i--) {
    if (tags[i]!.key === key) return tags[i];
  }
  return undefined;
}
