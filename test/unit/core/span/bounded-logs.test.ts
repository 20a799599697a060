import { describe, expect, test } from 'vitest';
import { BoundedLogs } from '../../../../src/core/span/bounded-logs.js';
import { logsOfFlat } from '../../../../src/core/span/span-data.js';
import { newTraced } from '../../support/traced.js';

/** The timestamps that are left of so many logs; one that says how many were left out is `[n]`. */
function keptOf(maxLogs: number, count: number): unknown[] {
  const logs = new BoundedLogs(maxLogs);
  for (let i = 0; i < count; i++) logs.add([i, 1, 'event', `e${i}`]);
  return logsOfFlat(logs.flat()).map(({ timestamp, fields }) => {
    const leftOut = fields.find(({ key }) => key === 'dropped_log_count');
    return leftOut === undefined ? timestamp : [leftOut.value];
  });
}

// The numbers are those of jaeger-client-go's MaxLogsPerSpan.
test.each<[number, number, unknown[]]>([
  [10, 0, []],
  [10, 10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  [10, 11, [0, 1, 2, 3, [2], 6, 7, 8, 9, 10]],
  [10, 100, [0, 1, 2, 3, [91], 95, 96, 97, 98, 99]],
  [9, 100, [0, 1, 2, 3, [92], 96, 97, 98, 99]],
  [3, 100, [0, [98], 99]],
  [2, 100, [[99], 99]],
  [1, 100, [[100]]],
  [1, 1, [0]],
])('%d at most, of %d: %j', (maxLogs, count, kept) => {
  expect(keptOf(maxLogs, count)).toStrictEqual(kept);
});

describe('a span with maxLogsPerSpan', () => {
  const { tracer } = newTraced({ maxLogsPerSpan: 5 });

  test('shows what is kept while it is open, and sends that', () => {
    const span = tracer.startSpan('op');
    for (let i = 1; i <= 7; i++) span.log({ n: i }, i);
    const open = span._logs;
    expect(open.map(({ timestamp }) => timestamp)).toStrictEqual([1, 2, 5, 6, 7]);
    expect(open[2]).toStrictEqual({
      timestamp: 5,
      fields: [
        { key: 'event', value: 'dropped Span logs' },
        { key: 'dropped_log_count', value: 3 },
        { key: 'component', value: 'spoor' },
      ],
    });
    span.finish();
    expect(span._logs).toStrictEqual(open);
  });

  test('a log after its end is not among them', () => {
    const span = tracer.startSpan('op').log({ n: 1 });
    span.finish();
    span.log({ n: 2 });
    expect(span.flatLogs).toHaveLength(4);
  });
});
