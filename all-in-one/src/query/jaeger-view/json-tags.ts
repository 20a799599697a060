import {
  type FlatTagPart,
  type FlatTags,
  KIND_BINARY,
  KIND_DOUBLE,
  KIND_OTLP,
  TAG_PARTS,
  TYPE_NAMES,
} from '../../model/flat-tags.js';
import type { OtlpValue } from '../../model/span.js';
import { otlpText } from './otlp-text.js';

/** A tag in the format of Jaeger's API. */
export interface JsonTag {
  readonly key: string;
  readonly type: 'string' | 'bool' | 'int64' | 'float64' | 'binary';
  /**
   * An int64 beyond 2^53 is a decimal string. A double that JSON cannot write is a string such as `NaN`. Bytes are
   * base64; no bytes are null.
   */
  readonly value: string | number | boolean | null;
}

/** Converts flat tags. */
export function jsonTags(flat: FlatTags): JsonTag[] {
  const tags: JsonTag[] = [];
  for (let i = 0; i < flat.length; i += TAG_PARTS) {
    const kind = flat[i + 1] as number;
    tags.push({
      key: flat[i] as string,
      type: TYPE_NAMES[kind]!,
      value: jsonValue(kind, flat[i + 2]!),
    });
  }
  return tags;
}

function jsonValue(kind: number, value: FlatTagPart): JsonTag['value'] {
  if (kind === KIND_OTLP) return otlpText(value as OtlpValue);
  if (kind === KIND_BINARY && value === '') return null;
  if (kind === KIND_DOUBLE && value === '-0') return -0;
  return value as JsonTag['value'];
}

/** Sorts by key, in code point order, in place. Tags with equal keys keep their order. */
export function sortTags(tags: JsonTag[]): JsonTag[] {
  return tags.sort((a, b) => compareText(a.key, b.key));
}

/** Compares as Go compares UTF-8 bytes: a surrogate pair is greater than any other unit. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  for (let i = 0; i < a.length && i < b.length; i++) {
    const one = a.charCodeAt(i);
    const other = b.charCodeAt(i);
    if (one !== other) return lifted(one) - lifted(other);
  }
  return a.length - b.length;
}

function lifted(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
