import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  axisTicks,
  fitWindow,
  isWhole,
  panWindow,
  placeIn,
  zoomWindow,
} from '../../../src/page/model/time-window.js';

test('a window stays inside the trace, whichever way it was drawn', () => {
  expect(fitWindow({ start: 70, end: 20 }, 100)).toEqual({ start: 20, end: 70 });
  expect(fitWindow({ start: -30, end: 20 }, 100)).toEqual({ start: 0, end: 50 });
  expect(fitWindow({ start: 80, end: 130 }, 100)).toEqual({ start: 50, end: 100 });
  expect(fitWindow({ start: 5, end: 5 }, 100)).toEqual({ start: 5, end: 7 });
  expect(fitWindow({ start: 0, end: 0 }, 0)).toEqual({ start: 0, end: 1 });
});

test('zooming keeps its moment, panning keeps its width', () => {
  const half = zoomWindow({ start: 0, end: 100 }, 100, 0.5, 20);
  expect(half).toEqual({ start: 10, end: 60 });
  expect(zoomWindow(half, 100, 4)).toEqual({ start: 0, end: 100 });
  expect(panWindow(half, 100, 0.5)).toEqual({ start: 35, end: 85 });
  expect(panWindow(half, 100, 5)).toEqual({ start: 50, end: 100 });
  expect([isWhole(half, 100), isWhole({ start: 0, end: 100 }, 100)]).toEqual([false, true]);
});

test('a stretch has its place in percent, cut at the borders, and none outside', () => {
  const window = { start: 100, end: 200 };
  expect(placeIn(window, 120, 170)).toEqual({ left: 20, width: 50 });
  expect(placeIn(window, 50, 150)).toEqual({ left: 0, width: 50 });
  expect(placeIn(window, 150, 900)).toEqual({ left: 50, width: 50 });
  expect(placeIn(window, 0, 99)).toBeUndefined();
  expect(placeIn(window, 201, 300)).toBeUndefined();
});

describe('ticks', () => {
  test.each([
    [0, 400_000, 5, ['0 ms', '100 ms', '200 ms', '300 ms', '400 ms']],
    [0, 21_400, 6, ['0 ms', '5 ms', '10 ms', '15 ms', '20 ms']],
    [0, 700, 4, ['0 µs', '200 µs', '400 µs', '600 µs']],
    [120_500, 121_500, 4, ['120.5 ms', '121.0 ms', '121.5 ms']],
    [0, 3_000_000, 4, ['0 s', '1 s', '2 s', '3 s']],
    [0, 1, 4, ['0.0 µs', '0.5 µs', '1.0 µs']],
  ])('of %i to %i, at most %i', (start, end, max, labels) => {
    expect(axisTicks({ start, end }, max).map(({ label }) => label)).toEqual(labels);
  });

  test('lie in the window, are few, and differ', () => {
    const whole = fc.integer({ min: 1, max: 2 ** 50 });
    fc.assert(
      fc.property(whole, fc.double({ min: 0, max: 0.9, noNaN: true }), (total, share) => {
        const window = fitWindow({ start: total * share, end: total }, total);
        const ticks = axisTicks(window, 8);
        expect(ticks.length).toBeLessThanOrEqual(9);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        const slack = (window.end - window.start) * 1e-6;
        for (const { value } of ticks) {
          expect(value).toBeGreaterThanOrEqual(window.start - slack);
          expect(value).toBeLessThanOrEqual(window.end + slack);
        }
      }),
      { seed: 8 },
    );
  });
});
