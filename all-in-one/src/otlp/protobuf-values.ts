import { jsonDouble } from '../model/flat-tags.js';
import type { OtlpKeyValue, OtlpValue } from '../model/span.js';
import { checkDepth, listOf } from './otlp-request.js';
import { BYTES, endOfMessage, FIXED64, type Input, readFields, VARINT } from './protobuf-input.js';

/**
 *     1 string key
 *     2 AnyValue value
 */
export function readKeyValue(input: Input, end: number, depth: number): OtlpKeyValue {
  let key = '';
  let value: OtlpValue = {};
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) key = input.r.string();
    else if (field === 16 + BYTES) value = readValue(input, endOfMessage(input), depth + 1);
    else return false;
    return true;
  });
  return { key, value };
}

/**
 *     1 string string_value     5 ArrayValue array_value
 *     2 bool bool_value         6 KeyValueList kvlist_value
 *     3 int64 int_value         7 bytes bytes_value
 *     4 double double_value
 */
function readValue(input: Input, end: number, depth: number): OtlpValue {
  checkDepth(depth);
  const { r } = input;
  let value: OtlpValue = {};
  readFields(input, end, (field) => {
    if (field === 8 + BYTES) value = { stringValue: r.string() };
    else if (field === 16 + VARINT) value = { boolValue: r.bool() };
    else if (field === 24 + VARINT) value = { intValue: String(r.int64()) };
    else if (field === 32 + FIXED64) value = { doubleValue: jsonDouble(r.double()) };
    else if (field === 40 + BYTES)
      value = { arrayValue: listOf(readArray(input, endOfMessage(input), depth)) };
    else if (field === 48 + BYTES)
      value = { kvlistValue: listOf(readPairs(input, endOfMessage(input), depth)) };
    else if (field === 56 + BYTES)
      value = { bytesValue: Buffer.from(r.bytes()).toString('base64') };
    else return false;
    return true;
  });
  return value;
}

/**
 *     1 repeated AnyValue values
 */
function readArray(input: Input, end: number, depth: number): OtlpValue[] {
  const values: OtlpValue[] = [];
  readFields(input, end, (field) => {
    if (field !== 8 + BYTES) return false;
    values.push(readValue(input, endOfMessage(input), depth + 1));
    return true;
  });
  return values;
}

/**
 *     1 repeated KeyValue values
 */
function readPairs(input: Input, end: number, depth: number): OtlpKeyValue[] {
  const pairs: OtlpKeyValue[] = [];
  readFields(input, end, (field) => {
    if (field !== 8 + BYTES) return false;
    pairs.push(readKeyValue(input, endOfMessage(input), depth));
    return true;
  });
  return pairs;
}
