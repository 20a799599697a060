import { jsonDouble } from '../model/flat-tags.js';
import type { OtlpKeyValue, OtlpValue } from '../model/span.js';
import { field, items, type JsonObject, objectOf, text } from './json-fields.js';
import {
  checkDepth,
  type ElementCount,
  EPOCH,
  listOf,
  type Moment,
  OtlpDecodeError,
} from './otlp-request.js';

/** Names of the span kinds, by number. */
export const SPAN_KINDS: readonly string[] = [
  'SPAN_KIND_UNSPECIFIED',
  'SPAN_KIND_INTERNAL',
  'SPAN_KIND_SERVER',
  'SPAN_KIND_CLIENT',
  'SPAN_KIND_PRODUCER',
  'SPAN_KIND_CONSUMER',
];

/** Names of the status codes, by number. */
export const STATUS_CODES: readonly string[] = [
  'STATUS_CODE_UNSET',
  'STATUS_CODE_OK',
  'STATUS_CODE_ERROR',
];

/** A signed 64-bit integer in decimal. */
const INTEGER = /^-?\d{1,20}$/;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** An enum value by number or name; 0 if absent. */
export function readEnum(object: JsonObject, name: string, names: readonly string[]): number {
  const value = field(object, name) ?? 0;
  const number = typeof value === 'string' ? names.indexOf(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number;
  throw new OtlpDecodeError(`${name}: unknown value`);
}

/** Nanoseconds since the Unix epoch, as a string or a number; the epoch if absent. */
export function readMoment(object: JsonObject, name: string): Moment {
  const value = field(object, name);
  if (value === undefined) return EPOCH;
  const digits = typeof value === 'number' ? integerText(value) : value;
  if (!/^\d{1,20}$/.test(String(digits))) throw new OtlpDecodeError(`${name}: not a time`);
  const padded = String(digits).padStart(4, '0');
  return { micros: Number(padded.slice(0, -3)), nanos: Number(padded.slice(-3)) };
}

/** The field `attributes`. */
export function readAttributes(object: JsonObject, elements: ElementCount): OtlpKeyValue[] {
  return readPairs(object, 'attributes', elements, 0);
}

function readPairs(
  object: JsonObject,
  name: string,
  elements: ElementCount,
  depth: number,
): OtlpKeyValue[] {
  return items(object, name, elements, (pair) => ({
    key: text(pair, 'key'),
    value: readValue(objectOf(field(pair, 'value') ?? {}), elements, depth + 1),
  }));
}

function readValue(value: JsonObject, elements: ElementCount, depth: number): OtlpValue {
  checkDepth(depth);
  if (field(value, 'stringValue') !== undefined) return { stringValue: text(value, 'stringValue') };
  const boolValue = field(value, 'boolValue');
  if (boolValue !== undefined) return { boolValue: boolValue === true || boolValue === 'true' };
  const intValue = field(value, 'intValue');
  if (intValue !== undefined) return { intValue: readInteger(intValue) };
  const doubleValue = field(value, 'doubleValue');
  if (doubleValue !== undefined) return { doubleValue: readDouble(doubleValue) };
  if (field(value, 'bytesValue') !== undefined) return { bytesValue: readBase64(value) };
  return readNested(value, elements, depth);
}

function readNested(value: JsonObject, elements: ElementCount, depth: number): OtlpValue {
  const array = field(value, 'arrayValue');
  if (array !== undefined) {
    const values = items(objectOf(array), 'values', elements, (item) =>
      readValue(item, elements, depth + 1),
    );
    return { arrayValue: listOf(values) };
  }
  const pairs = field(value, 'kvlistValue');
  if (pairs === undefined) return {};
  return { kvlistValue: listOf(readPairs(objectOf(pairs), 'values', elements, depth)) };
}

function readInteger(value: unknown): string {
  const digits = typeof value === 'number' ? integerText(value) : value;
  if (!INTEGER.test(String(digits))) throw new OtlpDecodeError('intValue: not an integer');
  return String(BigInt.asIntN(64, BigInt(String(digits))));
}

/**
 * The digits of a number. Above 2^53 these are the digits that were sent if at most sixteen of them are
 * significant, as in a time in microseconds that is written in nanoseconds.
 */
function integerText(value: number): string {
  return String(Math.trunc(value));
}

function readDouble(value: unknown): number | string {
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : undefined;
  const isWord = Number.isNaN(number) && value !== 'NaN';
  if (number === undefined || isWord) throw new OtlpDecodeError('doubleValue: not a number');
  return jsonDouble(number);
}

function readBase64(value: JsonObject): string {
  const encoded = text(value, 'bytesValue');
  if (!BASE64.test(encoded)) throw new OtlpDecodeError('bytesValue: not base64');
  return Buffer.from(encoded, 'base64').toString('base64');
}
