import { beforeEach, describe, expect, test } from 'vitest';
import type { Collector } from '../../../../src/index.js';
import { otlpTraces } from '../../../../src/query/otlp-view/otlp-trace.js';
import type { OtlpJsonSpan } from '../../../../src/query/otlp-view/otlp-json.js';
import type { Process, Span } from '../../../../src/model/span.js';
import { GOLDEN_BATCH } from '../../../../../test/unit/core/wire/golden-batch.js';
import { type Answer, query, running, sendBatch } from '../../running.js';
import { hex16, process, roomyStore, span, textTag } from '../../spans.js';

const START = 1_700_000_000_000_000;

function resourceSpans(sender: Process, spans: Span[], raw = false) {
  const store = roomyStore();
  store.add(sender, spans);
  return otlpTraces([...store.newestFirst()], raw).resourceSpans;
}

const shown = (...spans: Span[]): readonly OtlpJsonSpan[] =>
  resourceSpans(process(), spans)[0]!.scopeSpans[0]!.spans;

/** Without what is undefined, as JSON has it. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a span of a Jaeger client, as Jaeger translates it', () => {
  const references = [
    { refType: 'CHILD_OF', traceID: hex16(7), spanID: hex16(8) } as const,
    { refType: 'FOLLOWS_FROM', traceID: hex16(0x2a), spanID: hex16(9) } as const,
  ];
  const tags: Span['tags'] = [
    textTag('span.kind', 'client'),
    { key: 'error', type: 'bool', value: true },
    textTag('http.status_message', 'gone'),
    { key: 'n', type: 'int64', value: 42 },
    { key: 'd', type: 'float64', value: 1.5 },
    { key: 'nan', type: 'float64', value: Number.NaN },
    { key: 'y', type: 'binary', value: Uint8Array.of(1) },
  ];
  const logs = [{ timestamp: START + 1, fields: [textTag('event', 'hi'), textTag('a', 'b')] }];
  expect(plain(shown(span({ parentSpanID: hex16(5), references, tags, logs })))).toEqual([
    {
      traceId: hex16(0x2a).padStart(32, '0'),
      spanId: hex16(1),
      parentSpanId: hex16(5),
      name: 'op',
      kind: 3,
      startTimeUnixNano: '1700000000000000000',
      endTimeUnixNano: '1700000000000100000',
      attributes: [
        {
          key: '@jaeger@warnings',
          value: {
            arrayValue: {
              values: [
                {
                  stringValue:
                    'parent span ID=0000000000000005 is not in the trace; skipping clock skew adjustment',
                },
              ],
            },
          },
        },
        { key: 'd', value: { doubleValue: 1.5 } },
        { key: 'http.status_message', value: { stringValue: 'gone' } },
        { key: 'n', value: { intValue: '42' } },
        { key: 'nan', value: { doubleValue: 'NaN' } },
        { key: 'y', value: { bytesValue: 'AQ==' } },
      ],
      events: [
        {
          timeUnixNano: '1700000000000001000',
          name: 'hi',
          attributes: [{ key: 'a', value: { stringValue: 'b' } }],
        },
      ],
      links: [
        {
          traceId: hex16(7).padStart(32, '0'),
          spanId: hex16(8),
          attributes: [{ key: 'opentracing.ref_type', value: { stringValue: 'child_of' } }],
        },
        {
          traceId: hex16(0x2a).padStart(32, '0'),
          spanId: hex16(9),
          attributes: [{ key: 'opentracing.ref_type', value: { stringValue: 'follows_from' } }],
        },
      ],
      status: { code: 2, message: 'gone' },
    },
  ]);
});

test.each([
  { name: 'nothing', tags: {}, status: {}, left: [] },
  { name: 'an error', tags: { error: true }, status: { code: 2 }, left: [] },
  { name: 'no error', tags: { error: false }, status: {}, left: ['error'] },
  { name: 'an error as a text', tags: { error: 'true' }, status: {}, left: ['error'] },
  {
    name: 'an error with words',
    tags: { error: true, 'otel.status_description': 'bad', 'otel.status_code': 'OK' },
    status: { code: 2, message: 'bad' },
    left: [],
  },
  {
    name: 'a status by name',
    tags: { 'otel.status_code': 'ok', 'otel.status_description': 'fine' },
    status: { code: 1, message: 'fine' },
    left: [],
  },
  { name: 'an unknown name', tags: { 'otel.status_code': '?' }, status: {}, left: [] },
  { name: '200', tags: { 'http.status_code': 200 }, status: {}, left: ['http.status_code'] },
  {
    name: '503',
    tags: { 'http.status_code': 503 },
    status: { code: 2 },
    left: ['http.status_code'],
  },
  {
    name: '404 of a server',
    tags: { 'http.status_code': 404, 'span.kind': 'server' },
    status: {},
    left: ['http.status_code'],
  },
  {
    name: '404 of a client, as a text, with words',
    tags: { 'http.status_code': '404', 'span.kind': 'client', 'http.status_message': 'none' },
    status: { code: 2, message: 'none' },
    left: ['http.status_code', 'http.status_message'],
  },
  { name: 'no number', tags: { 'http.status_code': 'x' }, status: {}, left: ['http.status_code'] },
])('the status that tags say: $name', ({ tags, status, left }) => {
  const typed = Object.entries(tags).map(([key, value]): Span['tags'][number] => {
    if (typeof value === 'boolean') return { key, type: 'bool', value };
    return typeof value === 'number' ? { key, type: 'int64', value } : textTag(key, value);
  });
  const [one] = shown(span({ tags: typed }));
  expect(plain(one!.status)).toEqual(status);
  expect((one!.attributes ?? []).map(({ key }) => key)).toEqual(left);
});

test('a process is a resource, with the names that Jaeger’s translation has for its tags', () => {
  const sender = process('shop', [
    textTag('hostname', 'h'),
    textTag('jaeger.version', 'Node-3.19.0'),
    { key: 'ip', type: 'int64', value: 2_130_706_433 },
  ]);
  expect(plain(resourceSpans(sender, [span()])[0]!.resource)).toEqual({
    attributes: [
      { key: 'host.name', value: { stringValue: 'h' } },
      { key: 'ip', value: { stringValue: '127.0.0.1' } },
      { key: 'opencensus.exporterversion', value: { stringValue: 'Jaeger-Node-3.19.0' } },
      { key: 'service.name', value: { stringValue: 'shop' } },
    ],
  });
});

test('children of another host that do not lie within their parents are warned of; of the same they are not', () => {
  const spans = [span(), span({ spanID: hex16(2), parentSpanID: hex16(1), startTime: START - 10 })];
  const warned = (sender: Process): boolean =>
    JSON.stringify(resourceSpans(sender, spans)).includes('clock skew');
  expect(warned(process('s'))).toBe(true);
  expect(warned(process('s', [textTag('hostname', 'h')]))).toBe(false);
  expect(JSON.stringify(resourceSpans(process('s'), spans, true))).not.toContain('clock skew');
});

test('an end before the start', () => {
  const [one] = shown(span({ duration: -5 }));
  expect(one!.endTimeUnixNano).toBe('1700000000000000001');
  expect(JSON.stringify(one!.attributes)).toContain('Negative duration detected');
});

describe('over HTTP', () => {
  let collector: Collector;
  const get = (path: string): Promise<Answer> => query(collector, `/api/v3/${path}`);

  beforeEach(async () => {
    collector = await running();
  });

  test('services and operations', async () => {
    expect((await get('services')).text).toBe('{"services":[]}');
    await sendBatch(collector, 'compact', GOLDEN_BATCH);
    expect((await get('services')).text).toBe('{"services":["shop"]}');
    expect((await get('operations?service=shop')).text).toBe('{"operations":[{"name":"pay"}]}');
    expect((await get('operations?service=shop&span_kind=server')).text).toBe('{"operations":[]}');
  });

  const times =
    'query.start_time_min=2020-09-13T00:00:00Z&query.start_time_max=2020-09-14T00:00:00Z';

  test.each([
    [`${times}&query.num_traces=5&query.service_name=shop`, 200],
    [`${times.replaceAll('_', '%5F')}&query.numTraces=5&query.serviceName=shop`, 200],
    [`${times}&query.num_traces=5&query.service_name=shop&query.duration_min=250us`, 200],
    [`${times}&query.num_traces=5&query.service_name=shop&query.duration_min=251us`, 404],
    [`${times}&query.num_traces=5&query.operation_name=pay`, 200],
    [`${times}&query.num_traces=5&query.attributes={"s":"é"}`, 200],
    [`${times}&query.num_traces=5&query.attributes={"s":"e"}`, 404],
    [`${times}&query.num_traces=5&query.attributes=x`, 400],
    [`${times}&query.num_traces=5&query.raw_traces=x`, 400],
    [`${times}`, 400],
    ['query.num_traces=5', 400],
    ['query.start_time_min=x&query.start_time_max=y&query.num_traces=5', 400],
  ])('traces?%s: %d', async (parameters, status) => {
    await sendBatch(collector, 'compact', GOLDEN_BATCH);
    const answer = await get(`traces?${parameters}`);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.json['result']!['resourceSpans']).toHaveLength(1);
    else expect(answer.json['error']).toMatchObject({ httpCode: status });
  });

  test('a trace by its id', async () => {
    await sendBatch(collector, 'binary', GOLDEN_BATCH);
    expect((await get('traces/ab8000000000000001')).json['result']).toBeDefined();
    expect((await get('traces/123')).json).toEqual({
      error: { httpCode: 404, message: 'No traces found' },
    });
    expect((await get('traces/zz')).json).toEqual({
      error: {
        httpCode: 400,
        message: 'malformed parameter trace_id: strconv.ParseUint: parsing "zz": invalid syntax',
      },
    });
  });
});
