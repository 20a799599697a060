import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Collector } from '../../../src/index.js';
import { importTraces } from '../../../src/import/import-traces.js';
import { ImportError } from '../../../src/import/json-parts.js';
import { jaegerTrace } from '../../../src/query/jaeger-view/jaeger-trace.js';
import { tracePieces } from '../../../src/query/jaeger-view/trace-pieces.js';
import { GOLDEN_BATCH } from '../../../../test/unit/core/wire/golden-batch.js';
import { anySpan } from '../arbitrary-span.js';
import { type Answer, ask, query, received, running, sendBatch, urlOf } from '../running.js';
import { process, roomyStore } from '../spans.js';

test('what is exported raw is imported as it was', () => {
  // What Jaeger's JSON has no place for: OTLP's own, nanoseconds, and a missing parent's own reference.
  const jaegers = anySpan.map(({ otlp: _otlp, startNanos: _s, durationNanos: _d, ...one }) => ({
    ...one,
    tags: one.tags.filter(({ type }) => type !== 'otlp'),
    logs: one.logs.map(({ timestamp, fields }) => ({
      timestamp,
      fields: fields.filter(({ type }) => type !== 'otlp'),
    })),
  }));
  fc.assert(
    fc.property(fc.array(jaegers, { minLength: 1, maxLength: 5 }), (spans) => {
      const store = roomyStore();
      const other = roomyStore();
      store.add(process('shop', spans[0]!.tags), spans);
      for (const trace of store.oldestFirst()) {
        const text = [...tracePieces(trace, { raw: true })].join('');
        for (const batch of importTraces({ data: [JSON.parse(text)] }).batches) {
          other.add(batch.process, batch.spans);
        }
        const again = other.get(trace.traceID)!;
        expect(jaegerTrace(again, { raw: true })).toEqual(jaegerTrace(trace, { raw: true }));
      }
    }),
    { seed: 66, numRuns: 300 },
  );
});

const sound = {
  traceID: 'AB',
  spans: [
    {
      traceID: 'AB',
      spanID: 'F',
      operationName: 'op',
      startTime: 1,
      duration: 2,
      processID: 'p1',
    },
  ],
  processes: { p1: { serviceName: 'shop' } },
};
const [soundSpan] = sound.spans;
const withSpan = (span: object): unknown => ({
  data: [{ ...sound, spans: [{ ...soundSpan, ...span }] }],
});

test('what may be absent may be', () => {
  expect(importTraces({ data: [sound] })).toEqual({
    traces: 1,
    batches: [
      {
        process: { serviceName: 'shop', tags: [] },
        spans: [
          {
            traceID: '00000000000000ab',
            spanID: '000000000000000f',
            parentSpanID: '0000000000000000',
            operationName: 'op',
            references: [],
            flags: 0,
            startTime: 1,
            duration: 2,
            tags: [],
            logs: [],
          },
        ],
      },
    ],
  });
});

test.each([
  [null, 'the body: expected an object'],
  [{}, 'the body: expected Jaeger'],
  [{ data: [1] }, 'data[0]: expected an object'],
  [{ data: [{ ...sound, processes: 1 }] }, 'data[0].processes: expected an object'],
  [
    { data: [{ ...sound, processes: { p1: {} } }] },
    'data[0].processes.p1.serviceName: expected a string',
  ],
  [{ data: [{ ...sound, spans: {} }] }, 'data[0].spans: expected a list'],
  [withSpan({ processID: 'p2' }), 'data[0].spans[0]: no process has this processID'],
  [withSpan({ spanID: 7 }), 'data[0].spans[0].spanID: expected a string'],
  [withSpan({ spanID: '' }), 'data[0].spans[0].spanID: expected an id, got an empty string'],
  [withSpan({ startTime: '1' }), 'data[0].spans[0].startTime: expected a number below 2^53'],
  [withSpan({ tags: [{}] }), 'data[0].spans[0].tags[0].key: expected a string'],
  [withSpan({ tags: [{ key: 'k', type: 'x' }] }), 'data[0].spans[0].tags[0].type: expected string'],
  [
    withSpan({ tags: [{ key: 'k', type: 'int64', value: 1.5 }] }),
    'tags[0].value: expected an integer',
  ],
  [
    withSpan({ tags: [{ key: 'k', type: 'float64', value: 'x' }] }),
    'tags[0].value: expected a number',
  ],
  [withSpan({ logs: [{ timestamp: null }] }), 'logs[0].timestamp: expected a number below 2^53'],
  [withSpan({ flags: 1.5 }), 'data[0].spans[0].flags: expected an integer below 2^53'],
  [withSpan({ duration: 1e308 }), 'data[0].spans[0].duration: expected a number below 2^53'],
  [withSpan({ traceID: '0' }), 'data[0].spans[0].traceID: expected an id other than 0'],
  [withSpan({ spanID: '0000' }), 'data[0].spans[0].spanID: expected an id other than 0'],
  [withSpan({ references: [{ refType: 'x' }] }), 'references[0].refType: expected CHILD_OF or'],
])('what is wrong is said, and where: %#', (body, message) => {
  expect(() => importTraces(body)).toThrow(ImportError);
  expect(() => importTraces(body)).toThrow(message);
});

describe('POST /api/import', () => {
  const post = (collector: Collector, body: string, type = 'application/json'): Promise<Answer> =>
    ask(urlOf(collector, 'query', '/api/import'), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });

  test('takes what /api/traces answered', async () => {
    const [from, to] = [await running(), await running()];
    await sendBatch(from, 'compact', GOLDEN_BATCH);
    const { text } = await query(from, '/api/traces/ab8000000000000001');
    expect(await post(to, text)).toMatchObject({
      status: 200,
      json: { data: { traces: 1, spans: 1 } },
    });
    expect([...to.traces()]).toEqual([...from.traces()]);
    expect(received(to, 'import')).toMatchObject({ messages: 1, spans: 1, malformed: 0 });
    await post(to, text);
    expect(to.stats()).toMatchObject({ spans: 1, duplicateSpans: 1 });
  });

  test.each(['x', '{}', '['.repeat(1_000)])('%.20s is 400', async (body) => {
    const collector = await running();
    expect((await post(collector, body)).status).toBe(400);
    expect(received(collector, 'import')).toMatchObject({ malformed: 1 });
  });

  test('what a form of another website can send is refused', async () => {
    const collector = await running();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect((await post(collector, JSON.stringify({ data: [sound] }), type)).status).toBe(415);
    }
    expect((await query(collector, '/api/import')).status).toBe(405);
    const preflight = await query(collector, '/api/import', { method: 'OPTIONS' });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(collector.stats().spans).toBe(0);
  });

  test('past its own limit it is 413', async () => {
    const collector = await running({ limits: { maxImportBytes: 100 } });
    expect((await post(collector, ' '.repeat(101))).status).toBe(413);
  });
});
