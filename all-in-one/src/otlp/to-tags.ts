import { NAMED_DOUBLES } from '../model/flat-tags.js';
import type { OtlpKeyValue, OtlpValue, Tag } from '../model/span.js';

/** Converts attributes to tags. Values that Jaeger has no type for stay OTLP values. */
export function toTags(attributes: readonly OtlpKeyValue[]): Tag[] {
  return attributes.map(({ key, value }) => toTag(key, value));
}

function toTag(key: string, value: OtlpValue): Tag {
  if (value.stringValue !== undefined) return textTag(key, value.stringValue);
  if (value.boolValue !== undefined) return { key, type: 'bool', value: value.boolValue };
  if (value.intValue !== undefined) return { key, type: 'int64', value: integer(value.intValue) };
  if (value.doubleValue !== undefined) {
    return { key, type: 'float64', value: double(value.doubleValue) };
  }
  if (value.bytesValue !== undefined) {
    return { key, type: 'binary', value: Buffer.from(value.bytesValue, 'base64') };
  }
  return { key, type: 'otlp', value };
}

/** A string tag. */
export function textTag(key: string, value: string): Tag {
  return { key, type: 'string', value };
}

function integer(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function double(value: number | string): number {
  return typeof value === 'number' ? value : (NAMED_DOUBLES[value] ?? Number(value));
}
