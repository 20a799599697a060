import { NAMED_DOUBLES } from '../../model/flat-tags.js';
import type { OtlpValue } from '../../model/span.js';

/** Characters that Go's JSON encoder escapes for HTML. */
const HTML_UNSAFE = /[<>&\u2028\u2029]/g;

/** The string that Jaeger shows for a value without a Jaeger type: empty, or JSON as Go writes it. */
export function otlpText(value: OtlpValue): string {
  return isEmpty(value) ? '' : json(value);
}

function isEmpty(value: OtlpValue): boolean {
  return Object.keys(value).length === 0;
}

function json(value: OtlpValue): string {
  if (value.stringValue !== undefined) return quoted(value.stringValue);
  if (value.boolValue !== undefined) return String(value.boolValue);
  if (value.intValue !== undefined) return value.intValue;
  if (value.doubleValue !== undefined) return double(value.doubleValue);
  if (value.bytesValue !== undefined) return quoted(value.bytesValue);
  if (value.arrayValue !== undefined)
    return `[${(value.arrayValue.values ?? []).map(json).join()}]`;
  if (value.kvlistValue === undefined) return 'null';
  const members = new Map((value.kvlistValue.values ?? []).map((pair) => [pair.key, pair.value]));
  const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, member]) => `${quoted(key)}:${json(member)}`).join()}}`;
}

function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(HTML_UNSAFE, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function double(value: number | string): string {
  if (value === '-0') return value;
  return typeof value === 'string' && value in NAMED_DOUBLES ? quoted(value) : String(value);
}
