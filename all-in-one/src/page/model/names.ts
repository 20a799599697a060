import { field, list, text } from './json.js';

/** The names in the answer of `/api/services` or `/api/services/{service}/operations`. */
export function readNames(json: unknown): string[] {
  return list(field(json, 'data')).map(text);
}

/** All names once, in order. */
export function mergeNames(some: readonly string[], others: readonly string[]): readonly string[] {
  return [...new Set([...some, ...others])].filter((name) => name !== '').sort();
}
