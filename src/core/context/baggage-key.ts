/** Keys are normalised once, and the result kept for this many of them. */
const MAX_KEPT = 100;

/** What is kept: normalised keys by key. */
export const normalizedKeys: Record<string, string> = Object.create(null) as Record<string, string>;
let kept = 0;

/** The key under which baggage is held: lower case, and `-` in place of `_`. */
export function normalizedBaggageKey(key: string): string {
  const known = normalizedKeys[key];
  if (known !== undefined) return known;
  const normalized = String(key).replace(/_/g, '-').toLowerCase();
  if (kept < MAX_KEPT) {
    kept++;
    normalizedKeys[key] = normalized;
  }
  return normalized;
}
