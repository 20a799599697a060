/**
 * Under this a map of tags has itself as `key, value ...`, if it never changes. One symbol for all
 * copies of this package in a process.
 */
const FLAT: unique symbol = Symbol.for('spoor.constant-tags/1');

/** UTF-16 units of all texts together: tags that a span refers to are not trimmed where it is too large. */
const MAX_LENGTH = 1000;

/** A map of tags. */
export type TagMap = Readonly<Record<string, unknown>>;

interface Marked {
  readonly [FLAT]?: readonly unknown[];
}

/**
 * Tags that many spans start with, for `tags` of `startSpan`: a tracer of this package refers to them
 * in place of copying them, and their bytes are made once (`bench/micro.ts`, case "constant"). To other
 * code it is a map like any other, frozen. A copy of `tags`; undefined where they might change, or are
 * too long, or decide on sampling.
 */
export function constantTags(tags: TagMap): TagMap | undefined {
  const flat = Object.entries(tags).flat();
  if (flat.some(mayChange) || 'sampling.priority' in tags) return undefined;
  if (flat.reduce<number>((sum, each) => sum + String(each).length, 0) > MAX_LENGTH) {
    return undefined;
  }
  const map = Object.defineProperty({ ...tags }, FLAT, { value: Object.freeze(flat) });
  return Object.freeze(map);
}

function mayChange(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}

/** A map of `constantTags` as `key, value ...`; undefined for any other. */
export function flatOfConstant(tags: TagMap): readonly unknown[] | undefined {
  return (tags as Marked)[FLAT];
}
