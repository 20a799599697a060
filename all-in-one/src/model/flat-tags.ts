import type { JaegerTag } from '../thrift/jaeger-model.js';
import type { OtlpValue, Tag } from './span.js';

/**
 * Tags in one flat list: key, kind, value, key, kind, value ... Values are JSON values: an integer beyond 2^53 is a
 * decimal string, bytes are base64, and a double that JSON cannot write is one of `NAMED_DOUBLES`.
 */
export type FlatTags = readonly FlatTagPart[];
export type FlatTagPart = string | number | boolean | OtlpValue;

/** Kinds of values: the numbers of jaeger.thrift, and 5 for nested values of OTLP. */
export const KIND_STRING = 0;
export const KIND_DOUBLE = 1;
export const KIND_BOOL = 2;
export const KIND_LONG = 3;
export const KIND_BINARY = 4;
export const KIND_OTLP = 5;

/** Number of list items per tag. */
export const TAG_PARTS = 3;

const KINDS: Readonly<Record<Tag['type'], number>> = {
  string: KIND_STRING,
  float64: KIND_DOUBLE,
  bool: KIND_BOOL,
  int64: KIND_LONG,
  binary: KIND_BINARY,
  otlp: KIND_OTLP,
};

/** Jaeger's type name of each kind; nested values of OTLP are shown as strings. */
export const TYPE_NAMES: readonly JaegerTag['type'][] = [
  'string',
  'float64',
  'bool',
  'int64',
  'binary',
  'string',
];

/** Doubles that JSON cannot write as numbers. */
export const NAMED_DOUBLES: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-0': -0,
};

/** A double as a JSON value. */
export function jsonDouble(value: number): number | string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Converts tags to a flat list. */
export function flattenTags(tags: readonly Tag[]): FlatTagPart[] {
  const flat: FlatTagPart[] = [];
  for (const tag of tags) flat.push(tag.key, KINDS[tag.type], flatValue(tag));
  return flat;
}

function flatValue(tag: Tag): FlatTagPart {
  switch (tag.type) {
    case 'float64':
      return jsonDouble(tag.value);
    case 'int64':
      return typeof tag.value === 'bigint' ? String(tag.value) : tag.value;
    case 'binary':
      return base64(tag.value);
    default:
      return tag.value;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
