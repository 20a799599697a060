import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  counted,
  formatAgo,
  formatCount,
  formatDuration,
  formatSize,
  formatTime,
} from '../../../src/page/model/format.js';
import { parseDuration } from '../../../src/page/model/parse-duration.js';

const SECOND = 1_000_000;

describe('durations have three digits in the unit that fits', () => {
  test.each([
    [0, '0 µs'],
    [1, '1 µs'],
    [345, '345 µs'],
    [0.25, '0.25 µs'],
    [999, '999 µs'],
    [1_000, '1.00 ms'],
    [12_300, '12.3 ms'],
    [123_456, '123 ms'],
    [999_600, '1.00 s'],
    [1_200_000, '1.20 s'],
    [59_940_000, '59.9 s'],
    [59_990_000, '1 m'],
    [60 * SECOND, '1 m'],
    [123 * SECOND, '2 m 3 s'],
    [3_600 * SECOND, '1 h'],
    [90_061 * SECOND, '1 d 1 h'],
    [-12_300, '−12.3 ms'],
    [Number.NaN, '–'],
  ])('%s µs is %s', (micros, text) => {
    expect(formatDuration(micros)).toBe(text);
  });
});

test('no duration is written with an exponent or with a thousand of a unit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 53 }), (micros) => {
      const text = formatDuration(micros);
      expect(text).not.toMatch(/e|\d{4}\.|^1000 /);
    }),
    { seed: 1 },
  );
});

describe('typed durations', () => {
  test.each([
    ['1.2ms', 1_200],
    ['100 us', 100],
    ['100µs', 100],
    ['100μs', 100],
    ['2s', 2_000_000],
    ['1m30s', 90_000_000],
    ['.5 H', 1_800_000_000],
    ['0s', 0],
  ])('%s is %i µs', (text, micros) => {
    expect(parseDuration(text)).toBe(micros);
  });

  test.each(['', '12', 'ms', '1.2.3ms', '-1s', '1 year', '1s and more', 'Infinity s', '1e3s'])(
    '%j is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test('a very long text is answered at once', () => {
    expect(parseDuration(`${'1'.repeat(100_000)}x`)).toBeUndefined();
  });
});

test('counts have a comma between thousands', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(counted(1, 'span')).toBe('1 span');
  expect(counted(12_345, 'span')).toBe('12,345 spans');
});

test('sizes have three digits', () => {
  expect([900, 12_345, 999_600, 1_200_000].map(formatSize)).toEqual([
    '900',
    '12.3 k',
    '1.00 M',
    '1.20 M',
  ]);
});

test('a time of day keeps its microseconds, and a time no calendar has is a number', () => {
  const time = formatTime(1_700_000_000_123_456, 6);
  expect(time).toMatch(/^\d\d:\d\d:20\.123456$/);
  expect(formatTime(1_700_000_000_123_456)).toBe(time.slice(0, 8));
  expect(formatTime(2 ** 63)).toBe(`${2 ** 63} µs`);
});

test('ages are rough, and a clock that is ahead is named', () => {
  const now = 1_700_000_000_000_000;
  const ages = [1, 30, 90, 7_200, 200_000, -60].map((s) => formatAgo(now - s * SECOND, now));
  expect(ages).toEqual([
    'just now',
    '30 s ago',
    '1 min ago',
    '2 h ago',
    '2 d ago',
    'ahead of this clock',
  ]);
});
