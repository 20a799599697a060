import { expect, test } from 'vitest';
import { dottedIp, goDuration, goTime } from '../../../../src/query/jaeger-view/go-text.js';

// What Go 1.26 prints for time.Duration(n).
test.each([
  [0, '0s'],
  [1, '1ns'],
  [999, '999ns'],
  [1_000, '1µs'],
  [1_500, '1.5µs'],
  [997_998, '997.998µs'],
  [1_001_998, '1.001998ms'],
  [999_999_999, '999.999999ms'],
  [1_000_000_000, '1s'],
  [1_100_000_000, '1.1s'],
  [59_999_999_999, '59.999999999s'],
  [60_000_000_000, '1m0s'],
  [90_500_000_000, '1m30.5s'],
  [3_600_000_000_000, '1h0m0s'],
  [7_325_000_000_001, '2h2m5.000000001s'],
  [-1_500, '-1.5µs'],
  [-3_600_000_000_000, '-1h0m0s'],
])('the duration of %d ns', (nanos, text) => {
  expect(goDuration(nanos)).toBe(text);
});

test.each([
  [1_700_000_000_000_001, 1, '2023-11-14 22:13:20.000001001 +0000 UTC'],
  [1_700_000_000_000_001, 0, '2023-11-14 22:13:20.000001 +0000 UTC'],
  [1_700_000_000_000_000, 0, '2023-11-14 22:13:20 +0000 UTC'],
  [-1, 0, '1969-12-31 23:59:59.999999 +0000 UTC'],
  [1e300, 0, '1e+300µs'],
])('the time of %d us and %d ns', (micros, nanos, text) => {
  expect(goTime(micros, nanos)).toBe(text);
});

test('an address that came as a number', () => {
  expect(dottedIp(2_130_706_433)).toBe('127.0.0.1');
  expect(dottedIp(-1)).toBe('255.255.255.255');
  expect(dottedIp(1.9)).toBe('0.0.0.1');
});
