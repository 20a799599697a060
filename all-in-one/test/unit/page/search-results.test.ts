import { describe, expect, test } from 'vitest';
import {
  durationScale,
  labelAnchor,
  labelRoom,
  timeScale,
} from '../../../src/page/model/scatter.js';
import { readStats } from '../../../src/page/model/server-stats.js';
import { assignColors, SERVICE_COLORS } from '../../../src/page/model/service-colors.js';
import type { Tick } from '../../../src/page/model/time-window.js';
import {
  addToTail,
  foundTitle,
  MAX_TAIL,
  readFound,
  readSummaries,
  readSummary,
  sortSummaries,
  type TraceSummary,
} from '../../../src/page/model/trace-summary.js';

const json = {
  traceID: 'aa',
  rootServiceName: 'shop',
  rootOperationName: 'GET /',
  startTime: 5,
  duration: 7,
  spanCount: 3,
  errorCount: 1,
  orphanCount: 0,
  services: [{ name: 'shop', spanCount: 3, errorCount: 1 }],
};
const summary = readSummary(json)!;
const other = (traceId: string, change: Partial<TraceSummary> = {}): TraceSummary => ({
  ...summary,
  traceId,
  ...change,
});

test('a summary is read as the server sends it', () => {
  expect(summary).toEqual({
    traceId: 'aa',
    service: 'shop',
    operation: 'GET /',
    startMicros: 5,
    durationMicros: 7,
    spanCount: 3,
    errorCount: 1,
    orphanCount: 0,
    services: [{ service: 'shop', spanCount: 3, errorCount: 1 }],
  });
});

test('what is no summary is left out', () => {
  expect(readSummaries({ data: [json, null, 'x', {}] })).toEqual([summary]);
  expect(readSummaries({ data: null })).toEqual([]);
  expect(readSummary(undefined)).toBeUndefined();
});

test.each([
  [1, 1, '1 trace'],
  [3, 3, '3 traces'],
  [0, 0, '0 traces'],
  [2, 204, '2 of 204 traces'],
  [3, 1_500, '3 of 1,500 traces'],
  [2, 0, '2 traces'],
])('%d found, %d in all', (count, total, title) => {
  const data = Array.from({ length: count }, (_, i) => ({ ...json, traceID: String(i) }));
  expect(foundTitle(readFound({ data, total })).replaceAll(/[\u202f\u00a0]/g, ' ')).toBe(title);
});

test('what the kernel dropped is added up; a server that does not say has none', () => {
  const receivers = [{ kernelDrops: 5 }, { kernelDrops: 7 }, { name: 'otlp-http' }, null];
  expect(readStats({ data: { receivers } }).kernelDrops).toBe(12);
  expect(readStats({ data: {} }).kernelDrops).toBe(0);
});

test('each order is the one it is named', () => {
  const three = [
    other('old', { startMicros: 1, durationMicros: 30, spanCount: 2 }),
    other('new', { startMicros: 9, durationMicros: 10, spanCount: 3 }),
    other('mid', { startMicros: 5, durationMicros: 20, spanCount: 1 }),
  ];
  const ids = (['recent', 'longest', 'shortest', 'most', 'fewest'] as const).map((order) =>
    sortSummaries(three, order).map(({ traceId }) => traceId),
  );
  expect(ids).toEqual([
    ['new', 'mid', 'old'],
    ['old', 'mid', 'new'],
    ['new', 'mid', 'old'],
    ['new', 'old', 'mid'],
    ['mid', 'old', 'new'],
  ]);
});

describe('the live tail', () => {
  test('puts new traces on top, and keeps one that grew in its place', () => {
    const tail = [other('b'), other('a')].reduceRight(addToTail, [] as readonly TraceSummary[]);
    const grown = addToTail(tail, other('a', { spanCount: 99 }));
    expect(grown.map(({ traceId, spanCount }) => [traceId, spanCount])).toEqual([
      ['b', 3],
      ['a', 99],
    ]);
  });

  test('forgets the oldest', () => {
    let tail: readonly TraceSummary[] = [];
    for (let i = 0; i < MAX_TAIL + 5; i++) tail = addToTail(tail, other(`t${i}`));
    expect(tail.length).toBe(MAX_TAIL);
    expect(tail[0]!.traceId).toBe(`t${MAX_TAIL + 4}`);
  });
});

test('the server’s figures are read with and without an envelope', () => {
  const stats = {
    traces: 2,
    spans: 9,
    evictedTraces: 1,
    receivers: [
      { name: 'udp', address: '127.0.0.1:6831', malformed: 3 },
      { name: 'http', address: '127.0.0.1:14268', malformed: 4 },
    ],
  };
  expect(readStats(stats)).toEqual(readStats({ data: stats }));
  expect(readStats(stats)).toMatchObject({ traces: 2, spans: 9, evictedTraces: 1, malformed: 7 });
});

describe('the scatter', () => {
  test('has its points inside, and ticks that differ', () => {
    const times = [1, 2, 3].map((minute) => 1_700_000_000_000_000 + minute * 60_000_000);
    const scale = timeScale(times, 8);
    expect(times.map(scale.at).every((at) => at > 0 && at < 1)).toBe(true);
    expect(new Set(scale.ticks.map(({ label }) => label)).size).toBe(scale.ticks.length);
    expect(scale.ticks.length).toBeGreaterThan(1);
  });

  test.each([[[0]], [[5, 5]], [[1, 1e12]], [[0, 3, 700]], [[]]])('%j has a scale', (durations) => {
    const scale = durationScale(durations);
    for (const duration of durations) {
      expect(scale.at(duration)).toBeGreaterThanOrEqual(0);
      expect(scale.at(duration)).toBeLessThanOrEqual(1);
    }
    expect(scale.ticks.length).toBeLessThan(10);
    expect(new Set(scale.ticks.map(({ label }) => label)).size).toBe(scale.ticks.length);
  });

  const labels = (...times: readonly number[]): string[] =>
    timeScale(times, 6).ticks.map(({ label }) => label);
  const NOW = 1_760_000_000_000_000;
  const DAY = 86_400_000_000;

  test('days have their year where there is more than one', () => {
    expect(labels(0, NOW).length).toBeGreaterThan(2);
    for (const label of labels(0, NOW)) expect(label).toMatch(/^\d+ [A-Z][a-z]{2} \d{4}$/);
    for (const label of labels(NOW, NOW + 9 * DAY)) expect(label).toMatch(/^\d+ [A-Z][a-z]{2}$/);
  });

  test('times that no calendar has do not make ticks without end', () => {
    expect(labels(-9.2e18, 0, 9.2e18).length).toBeLessThan(7);
    expect(labels(NOW, 9.2e18).length).toBeLessThan(7);
  });

  test('labels have room, and stay between the borders', () => {
    const tick = (label: string): Tick => ({ value: 0, label });
    expect(labelRoom([tick('1 ms')])).toBe(60);
    expect(labelRoom([tick('1 ms'), tick('11574 d 2 h')])).toBeGreaterThan(80);
    const anchors = [1, 50, 99].map((at) => labelAnchor('12:00', at, 0, 100));
    expect(anchors).toEqual(['start', 'middle', 'end']);
  });

  test('one moment alone has a scale', () => {
    expect(timeScale([5], 6).at(5)).toBeCloseTo(0.5);
  });
});

describe('colours', () => {
  test('are the same for a service in any company, unless it is taken', () => {
    const alone = assignColors(['shop']).get('shop');
    expect(assignColors(['shop', 'bank', 'mail']).get('shop')).toBe(alone);
  });

  test('differ while there are enough', () => {
    const services = Array.from({ length: SERVICE_COLORS }, (_, i) => `service-${i}`);
    expect(new Set(assignColors(services).values()).size).toBe(SERVICE_COLORS);
    const many = assignColors(Array.from({ length: 1_000 }, (_, i) => `s${i}`));
    expect(many.size).toBe(1_000);
    expect([...many.values()].every((color) => color >= 0 && color < SERVICE_COLORS)).toBe(true);
  });
});
