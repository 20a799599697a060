import { cutText } from './cut.js';
import { errorText } from './error-text.js';
import { bigintText, jsonText } from './json-text.js';
import { isError } from './realm.js';

/** Longest text that is made of a value where nobody sets a limit, in UTF-16 units. */
const MAX_UNITS = 65_536;

/**
 * The text of a value that has no Thrift type of its own: null, undefined, objects, functions,
 * symbols, big integers. Objects are JSON, errors their stack and their causes. At most `maxUnits`
 * UTF-16 units. Never throws, whatever the value's own code does.
 */
export function textOfValue(value: unknown, maxUnits: number = MAX_UNITS): string {
  try {
    return cutText(textOf(value, maxUnits), maxUnits);
  } catch {
    return unreadable(value);
  }
}

function textOf(value: unknown, maxUnits: number): string {
  if (typeof value === 'bigint') return bigintText(value);
  if (typeof value === 'function') return `[Function: ${String(value.name)}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isError(value)) return errorText(value, maxUnits, (other) => textOfValue(other, maxUnits));
  return jsonText(value, maxUnits) ?? String(value);
}

function unreadable(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return '[unreadable]';
  }
}

/** Keys and names are strings by type; what a caller in JavaScript passes may not be. */
export function textOfKey(key: unknown): string {
  return typeof key === 'string' ? key : textOfValue(key);
}
