import { cutText } from './cut.js';
import { errorText } from './error-text.js';
import { bigintText, jsonText } from './json-text.js';
import { isError } from './realm.js';

/** Default limit of `textOfValue`, in UTF-16 units. */
const MAX_UNITS = 65_536;

/**
 * The string of a value that has no Thrift type of its own: null, undefined, objects, functions, symbols,
 * big integers. Objects become JSON, errors become their stack and causes. At most `maxUnits` UTF-16 units;
 * default 65,536. Never throws, whatever the value's own code does.
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

/** A key or name as a string: JavaScript callers may pass any value. Never throws. */
export function textOfKey(key: unknown): string {
  return typeof key === 'string' ? key : textOfValue(key);
}
