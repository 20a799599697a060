import {
  type FlatTagPart,
  type FlatTags,
  KIND_BINARY,
  KIND_BOOL,
  KIND_DOUBLE,
  KIND_LONG,
  KIND_OTLP,
  TAG_PARTS,
} from '../../model/flat-tags.js';
import type { OtlpKeyValue, OtlpValue } from '../../model/span.js';

/** Attributes by key, in the order of first occurrence. Of several with one key the last counts. */
export type Attributes = Map<string, OtlpValue>;

/** Converts the first `count` tags to OTLP attributes. */
export function attributesOf(flat: FlatTags, count: number = flat.length / TAG_PARTS): Attributes {
  const attributes: Attributes = new Map();
  for (let i = 0; i < count * TAG_PARTS; i += TAG_PARTS) {
    attributes.set(flat[i] as string, otlpValue(flat[i + 1] as number, flat[i + 2]!));
  }
  return attributes;
}

function otlpValue(kind: number, value: FlatTagPart): OtlpValue {
  switch (kind) {
    case KIND_BOOL:
      return { boolValue: value as boolean };
    case KIND_LONG:
      return { intValue: String(value) };
    case KIND_DOUBLE:
      return { doubleValue: value === '-0' ? -0 : (value as number | string) };
    case KIND_BINARY:
      return { bytesValue: value as string };
    case KIND_OTLP:
      return value as OtlpValue;
    default:
      return { stringValue: value as string };
  }
}

/** The attributes as a list, sorted by key; undefined if empty, so that JSON omits it. */
export function keyValues(attributes: Attributes): OtlpKeyValue[] | undefined {
  if (attributes.size === 0) return undefined;
  const sorted = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, value]) => ({ key, value }));
}
