import { expect, test } from 'vitest';
import {
  parseBool,
  parseDuration,
  parseInteger,
  parseTime,
  parseTraceId,
} from '../../../../src/query/api/go-parse.js';

test.each([
  ['1ns', 1],
  ['1.5us', 1_500],
  ['2µs', 2_000],
  ['2μs', 2_000],
  ['3ms', 3_000_000],
  ['1.25s', 1_250_000_000],
  ['2m30s', 150_000_000_000],
  ['1h', 3_600_000_000_000],
  ['-10us', -10_000],
  ['+1s', 1_000_000_000],
  ['.5s', 500_000_000],
  ['0', 0],
])('the duration %s', (text, nanos) => {
  expect(parseDuration(text)).toBe(nanos);
});

// The texts are Go's.
test.each([
  ['5', 'time: missing unit in duration "5"'],
  ['1x', 'time: unknown unit "x" in duration "1x"'],
  ['x', 'time: invalid duration "x"'],
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['1s.', 'time: invalid duration "1s."'],
  ['1constructor', 'time: unknown unit "constructor" in duration "1constructor"'],
])('no duration: %s', (text, message) => {
  expect(() => parseDuration(text)).toThrowError(message);
});

test('integers of 64 bits', () => {
  expect(parseInteger('1700000000000001')).toBe(1_700_000_000_000_001);
  expect(parseInteger('+5')).toBe(5);
  expect(parseInteger('-5')).toBe(-5);
  expect(() => parseInteger('x')).toThrowError('strconv.ParseInt: parsing "x": invalid syntax');
  expect(() => parseInteger('1.5')).toThrowError('invalid syntax');
  expect(() => parseInteger('9223372036854775808')).toThrowError('value out of range');
});

test('booleans', () => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) expect(parseBool(text)).toBe(true);
  for (const text of ['0', 'f', 'F', 'false', 'FALSE', 'False'])
    expect(parseBool(text)).toBe(false);
  expect(() => parseBool('yes')).toThrowError('strconv.ParseBool: parsing "yes": invalid syntax');
  expect(() => parseBool('toString')).toThrowError('invalid syntax');
});

test('times', () => {
  expect(parseTime('2023-11-14T22:13:20Z')).toBe(1_700_000_000_000_000);
  expect(parseTime('2023-11-14T22:13:20.000001999Z')).toBe(1_700_000_000_000_001);
  expect(parseTime('2023-11-14T23:13:20.5+01:00')).toBe(1_700_000_000_500_000);
  for (const text of ['x', '', '2023-11-14', '2023-13-41T00:00:00Z', '2023-11-14 22:13:20']) {
    expect(() => parseTime(text), text).toThrowError(/^parsing time/);
  }
});

test('trace ids of any width, as the store has them', () => {
  expect(parseTraceId('2A')).toBe('000000000000002a');
  expect(parseTraceId(`1${'0'.repeat(16)}`)).toBe(`${'0'.repeat(15)}1${'0'.repeat(16)}`);
  expect(parseTraceId('0'.repeat(31) + '1')).toBe('0000000000000001');
  expect(() => parseTraceId('zz')).toThrowError('strconv.ParseUint: parsing "zz": invalid syntax');
  expect(() => parseTraceId('')).toThrowError('invalid syntax');
  expect(() => parseTraceId('0'.repeat(33))).toThrowError(
    `TraceID cannot be longer than 32 hex characters: ${'0'.repeat(33)}`,
  );
});
