import { setOwn } from './own-property.js';

/** Keys are normalised once, and the result kept for this many of them. */
const MAX_KEPT = 100;

/** What is kept: normalised keys by key. */
export const normalizedKeys: Record<string, string> = Object.create(null) as Record<string, string>;
let kept = 0;

/**
 * The form in which baggage keys are compared: lower case, `-` in place of `_`, without white space around
 * it. Items that are set get it as their key. The result is remembered: only for keys of the application,
 * of which there are few.
 */
export function normalizedBaggageKey(key: string): string {
  const known = normalizedKeys[key];
  if (known !== undefined) return known;
  const normalized = normalForm(String(key));
  if (kept < MAX_KEPT) {
    kept++;
    normalizedKeys[key] = normalized;
  }
  return normalized;
}

/** The same, not remembered: for keys that come in carriers. */
export function normalForm(key: string): string {
  return key.trim().replace(/_/g, '-').toLowerCase();
}

const hasOwn = Object.prototype.hasOwnProperty;

/** The value of the item whose key has this normal form, in whatever spelling it came. */
export function findItem(
  baggage: Readonly<Record<string, string>>,
  normalized: string,
): string | undefined {
  if (hasOwn.call(baggage, normalized)) return baggage[normalized];
  for (const key in baggage) {
    if (hasOwn.call(baggage, key) && normalForm(key) === normalized) return baggage[key];
  }
  return undefined;
}

/**
 * A copy with the item set. An item that is there in another spelling keeps its spelling and its place,
 * because the services that know it know it by that; two spellings of one key become one item.
 */
export function withItem(
  baggage: Readonly<Record<string, string>> | undefined,
  key: string,
  value: string,
): Record<string, string> {
  const normalized = normalForm(String(key));
  const copy: Record<string, string> = {};
  let isSet = false;
  for (const own in baggage) {
    if (!hasOwn.call(baggage, own)) continue;
    if (normalForm(own) !== normalized) {
      setOwn(copy, own, baggage[own]!);
    } else if (!isSet) {
      setOwn(copy, own, value);
      isSet = true;
    }
  }
  if (!isSet) setOwn(copy, key, value);
  return copy;
}
