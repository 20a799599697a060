import { expect, test, vi } from 'vitest';
import { hex16 } from '../../collected.js';
import { post, query, running, urlOf } from '../../running.js';

vi.mock(import('node:v8'), async (original) => {
  const v8 = await original();
  const small = (): ReturnType<typeof v8.getHeapStatistics> => ({
    ...v8.getHeapStatistics(),
    heap_size_limit: 32 * 2 ** 20,
  });
  return { ...v8, getHeapStatistics: small };
});

const start = '1700000000000000000';
const text = 'x'.repeat(10_000);

/** OTLP JSON with spans of 10 kB each. */
function body(trace: number, from: number, count: number): string {
  const spans = Array.from({ length: count }, (_, i) => ({
    traceId: hex16(0) + hex16(trace),
    spanId: hex16(from + i + 1),
    name: 'op',
    startTimeUnixNano: start,
    endTimeUnixNano: start,
    attributes: [{ key: 'k', value: { stringValue: text } }],
  }));
  const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });
}

test('a trace that would not fit on the heap is refused, and others are answered', async () => {
  const collector = await running();
  const url = urlOf(collector, 'otlpHttp', '/v1/traces');
  for (const [trace, from] of [
    [1, 0],
    [1, 80],
    [1, 160],
    [1, 240],
    [2, 0],
  ] as const) {
    expect((await post(url, 'application/json', body(trace, from, 80))).status).toBe(200);
  }
  const msg = expect.stringMatching(/^the trace has 320 spans: too many to show with a heap limit/);
  const times = 'start=0&end=9000000000000000000';
  const one = await query(collector, '/api/traces/1');
  expect(one.json).toMatchObject({ data: null, errors: [{ code: 500, msg }] });
  expect((await query(collector, '/api/traces/2')).status).toBe(200);
  const v3 = await query(collector, '/api/v3/traces/1');
  expect(v3.json).toMatchObject({ error: { httpCode: 500, message: msg } });
  for (const search of [`service=shop&${times}`, 'traceID=1&traceID=2']) {
    const { json } = await query(collector, `/api/traces?${search}`);
    expect(json).toMatchObject({
      data: [{ traceID: hex16(2) }],
      errors: [{ msg, traceID: hex16(1) }],
    });
  }
  expect((await query(collector, `/api/summaries?${times}`)).json).toMatchObject({ total: 2 });
});
