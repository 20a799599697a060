import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, type JsonTrace, startCollector } from '../../all-in-one/src/index.js';
import { encode, encodeMessage } from '../fixtures/apache/apache-thrift.js';
import { apacheBatch, type PlainBatch } from '../unit/core/wire/arbitrary-batch.js';
import { GOLDEN_BATCH } from '../unit/core/wire/golden-batch.js';
import { protobufOf, REQUEST, requestOf } from '../../all-in-one/test/unit/otlp/request.js';
import { captureHttp, captureUdp, replayHttp, replayUdp } from './collector-captured.js';
import { otelSpans, traceWithJaegerClient } from './collector-clients.js';
import { asJaeger, compared } from './collector-jaeger-differences.js';
import { exportSpans, type OtelWay } from './peers/otel.js';
import { poll } from './peers/peer-process.js';
import { jaegerPorts, type RealJaeger, startJaeger } from './peers/real-jaeger.js';
import { sendWithRuby } from './peers/ruby-client.js';

/*
 * The same bytes into the real Jaeger and into ours, and the same questions to both.
 */

let jaeger: RealJaeger;
let ours: Collector;

beforeAll(async () => {
  jaeger = await startJaeger();
  ours = await startCollector({ freePorts: true });
});

afterAll(async () => {
  await ours.close();
  await jaeger.stop();
});

const JAEGER_QUERY = `http://127.0.0.1:${jaegerPorts.query}`;

/** Where each of the two takes what. */
const places = (): readonly { compact: number; binary: number; http: string; otlp: string }[] => [
  {
    compact: jaegerPorts.compact,
    binary: jaegerPorts.binary,
    http: `http://127.0.0.1:${jaegerPorts.collectorHttp}`,
    otlp: `http://127.0.0.1:${jaegerPorts.otlpHttp}`,
  },
  {
    compact: ours.address('compact')!.port,
    binary: ours.address('binary')!.port,
    http: `http://127.0.0.1:${ours.address('http')!.port}`,
    otlp: `http://127.0.0.1:${ours.address('otlpHttp')!.port}`,
  },
];

interface Answer {
  readonly status: number;
  readonly json: { readonly data?: JsonTrace[] | null } & Readonly<Record<string, unknown>>;
}

async function get(origin: string, path: string): Promise<Answer> {
  const response = await fetch(origin + path);
  const body = await response.text();
  return { status: response.status, json: body.startsWith('{') ? JSON.parse(body) : { body } };
}

/** The trace as both answer it, once it has so many spans. */
async function both(path: string, spans: number): Promise<{ theirs: JsonTrace; own: JsonTrace }> {
  const traces = await Promise.all(
    [JAEGER_QUERY, ours.url!].map(async (origin) => {
      let trace: JsonTrace | undefined;
      await poll(async () => {
        trace = (await get(origin, path)).json.data?.[0];
        return (trace?.spans.length ?? 0) >= spans;
      }, 10_000);
      return trace;
    }),
  );
  expect(traces.map((trace) => trace?.spans.length)).toEqual([spans, spans]);
  return { theirs: traces[0]!, own: traces[1]! };
}

async function expectSameTrace(
  traceID: string,
  spans: number,
  sentAs: 'thrift' | 'otlp',
): Promise<void> {
  const { theirs, own } = await both(`/api/traces/${traceID}`, spans);
  expect(asJaeger(own, sentAs)).toStrictEqual(compared(theirs));
}

// ---- /api/v3 -------------------------------------------------------------------------------------

interface V3 {
  readonly resourceSpans: readonly V3Resource[];
}
interface V3Resource {
  readonly resource: object;
  readonly scopeSpans: readonly { readonly scope: object; readonly spans: readonly V3Span[] }[];
}
interface V3Span {
  readonly spanId: string;
  readonly attributes?: readonly { readonly key: string }[];
  readonly events?: readonly { readonly timeUnixNano: string }[];
}

/** One row per span, in an order of its own: both group them as they see fit. */
function v3Rows({ resourceSpans }: V3): object[] {
  const rows = resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map((span) => ({
        resource: sortedAttributes(resource),
        scope,
        // Jaeger sorts the events by their names, and puts its warnings where they come.
        span: { ...sortedAttributes(span), ...(span.events && { events: byTime(span.events) }) },
        id: span.spanId,
      })),
    ),
  );
  return rows.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function byTime(events: NonNullable<V3Span['events']>): object[] {
  return [...events].sort((a, b) => (a.timeUnixNano < b.timeUnixNano ? -1 : 1));
}

function sortedAttributes<T extends { readonly attributes?: V3Span['attributes'] }>(of: T): T {
  const { attributes } = of;
  if (attributes === undefined) return of;
  return { ...of, attributes: [...attributes].sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

async function expectSameV3(traceID: string): Promise<void> {
  const [theirs, own] = await Promise.all(
    [JAEGER_QUERY, ours.url!].map((origin) => get(origin, `/api/v3/traces/${traceID}`)),
  );
  expect(v3Rows(own!.json['result'] as V3)).toStrictEqual(v3Rows(theirs!.json['result'] as V3));
}

// ---- What clients send ---------------------------------------------------------------------------

test.each([false, true])('jaeger-client over UDP 6832, 128-bit ids: %s', async (is128bit) => {
  let traceID = '';
  const sent = await captureUdp(async (port) => {
    const reporter = { agentHost: '127.0.0.1', agentPort: port };
    traceID = (await traceWithJaegerClient(reporter, is128bit))[0]!.traceID;
  });
  for (const { binary } of places()) await replayUdp(binary, sent);
  await expectSameTrace(traceID, 3, 'thrift');
  await expectSameV3(traceID);
});

test('jaeger-client over HTTP', async () => {
  let traceID = '';
  const sent = await captureHttp(async (origin) => {
    const reporter = { collectorEndpoint: `${origin}/api/traces` };
    traceID = (await traceWithJaegerClient(reporter, true))[0]!.traceID;
  });
  for (const { http } of places()) await replayHttp(http, sent);
  await expectSameTrace(traceID, 3, 'thrift');
});

test('the Ruby client over UDP 6831', async () => {
  let traceID = '';
  const sent = await captureUdp(async (port) => {
    traceID = (await sendWithRuby({ host: '127.0.0.1', port })).spans[0]!.traceID;
  });
  for (const { compact } of places()) await replayUdp(compact, sent);
  await expectSameTrace(traceID, 4, 'thrift');
  await expectSameV3(traceID);
});

test.each(['otlp-json', 'otlp-proto'] as const)('OpenTelemetry, %s', async (way) => {
  const { spans, traceId } = otelSpans();
  const sent = await captureHttp((origin) => exportSpans(way, `${origin}/v1/traces`, spans));
  for (const { otlp } of places()) await replayHttp(otlp, sent);
  await expectSameTrace(traceId, 4, 'otlp');
  await expectSameV3(traceId);
});

test('OpenTelemetry, gRPC', async () => {
  const { spans, traceId } = otelSpans();
  const way: OtelWay = 'otlp-grpc';
  await exportSpans(way, `http://127.0.0.1:${jaegerPorts.otlpGrpc}`, spans);
  await exportSpans(way, `http://127.0.0.1:${ours.address('otlpGrpc')!.port}`, spans);
  await expectSameTrace(traceId, 4, 'otlp');
  await expectSameV3(traceId);
});

test.each(['udp', 'http'] as const)('OpenTelemetry’s exporter-jaeger, %s', async (way) => {
  const { spans, traceId } = otelSpans();
  if (way === 'udp') {
    const sent = await captureUdp((port) => exportSpans('jaeger-udp', `127.0.0.1:${port}`, spans));
    for (const { binary } of places()) await replayUdp(binary, sent);
  } else {
    const sent = await captureHttp((origin) =>
      exportSpans('jaeger-http', `${origin}/api/traces`, spans),
    );
    for (const { http } of places()) await replayHttp(http, sent);
  }
  await expectSameTrace(traceId, 4, 'thrift');
});

// ---- What is odd -----------------------------------------------------------------------------

type PlainSpan = PlainBatch['spans'][number];
type PlainTag = NonNullable<PlainSpan['tags']>[number];

const START = 1_767_323_045_678_901n;
const str = (key: string, vStr: string): PlainTag => ({ key, vType: 0, vStr });

let lastTrace = 0xfeed_0000n;

/** Sends a batch of one trace to both, and resolves with its id. */
async function sendBatch(
  spans: readonly Partial<PlainSpan>[],
  tags: readonly PlainTag[] = [],
): Promise<string> {
  const traceIdLow = ++lastTrace;
  const batch: PlainBatch = {
    process: { serviceName: 'odd', tags },
    spans: spans.map((span, i) => ({
      traceIdLow,
      traceIdHigh: 0n,
      spanId: BigInt(i + 1),
      parentSpanId: 0n,
      operationName: `op-${i}`,
      flags: 1,
      startTime: START,
      duration: 1_000n,
      ...span,
    })),
  };
  const body = encode('binary', (protocol) => apacheBatch(batch).write(protocol));
  const headers = { 'content-type': 'application/x-thrift' };
  for (const { http } of places()) {
    await replayHttp(http, [{ path: '/api/traces', headers, body }]);
  }
  return traceIdLow.toString(16).padStart(16, '0');
}

/** References of a span to spans of its own trace, once that has its id. */
const own = (refType: number, spanId: bigint): object => ({
  refType,
  traceIdLow: lastTrace + 1n,
  traceIdHigh: 0n,
  spanId,
});

describe('the same odd batches into both', () => {
  test.each<{ name: string; spans: () => Partial<PlainSpan>[]; tags?: PlainTag[] }>([
    {
      name: 'references of all kinds, with and without a parent',
      spans: () => [
        {},
        { parentSpanId: 1n, references: [own(1, 1n)] as never },
        { references: [own(1, 1n), own(0, 2n)] as never },
        { references: [own(1, 2n)] as never },
        {
          references: [
            { refType: 1, traceIdLow: 99n, traceIdHigh: 7n, spanId: 5n },
            { refType: 0, traceIdLow: 98n, traceIdHigh: 0n, spanId: -1n },
          ],
        },
        { parentSpanId: 1n, references: [own(0, 1n), own(0, 2n)] as never },
      ],
    },
    {
      name: 'clocks that differ: children before, after and longer than their parents',
      spans: () => [
        { duration: 10_000n },
        { parentSpanId: 1n, startTime: START - 5_000n },
        { parentSpanId: 1n, startTime: START + 9_500n },
        { parentSpanId: 1n, startTime: START - 1n, duration: 20_000n },
        { parentSpanId: 1n, startTime: START + 5_000n, duration: 20_000n },
        { parentSpanId: 2n, startTime: START - 123_456_789n, duration: 7n },
      ],
    },
    { name: 'a parent that is missing', spans: () => [{ parentSpanId: 77n }, {}] },
    {
      name: 'spans that are each other’s parents',
      spans: () => [{ parentSpanId: 2n }, { parentSpanId: 1n }, {}],
    },
    {
      name: 'no length, and less than none',
      spans: () => [{ duration: 0n }, { duration: -1_500n }],
    },
    {
      name: 'an id that client and server share',
      spans: () => [
        { tags: [str('span.kind', 'client')] },
        { spanId: 1n, tags: [str('span.kind', 'server')], operationName: 'served' },
        { parentSpanId: 1n },
      ],
    },
    {
      name: 'errors and status codes in tags',
      spans: () => [
        { tags: [{ key: 'error', vType: 2, vBool: true }] },
        { tags: [{ key: 'error', vType: 2, vBool: false }] },
        { tags: [str('error', 'true')] },
        { tags: [{ key: 'http.status_code', vType: 3, vLong: 503n }] },
        { tags: [{ key: 'http.status_code', vType: 3, vLong: 200n }] },
        { tags: [str('otel.status_code', 'OK')] },
        { tags: [str('otel.status_code', 'error'), str('otel.status_description', 'bad')] },
      ],
    },
    {
      name: 'tags that come twice',
      spans: () => [{ tags: [str('k', '1'), str('a', ''), str('k', '2')] }],
      tags: [str('p', '1'), str('p', '2')],
    },
    {
      name: 'addresses as numbers',
      spans: () => [{ tags: [{ key: 'peer.ipv4', vType: 3, vLong: 2_130_706_433n }] }],
      tags: [{ key: 'ip', vType: 3, vLong: 167_772_161n }],
    },
    {
      name: 'what an instrumentation says of itself',
      spans: () => [{ tags: [str('telemetry.sdk.name', 'x'), str('b', '')] }, {}],
    },
    {
      name: 'numbers at their ends',
      spans: () => [
        {
          tags: [
            { key: 'max', vType: 3, vLong: 2n ** 63n - 1n },
            { key: 'min', vType: 3, vLong: -(2n ** 63n) },
            { key: 'safe', vType: 3, vLong: 2n ** 53n - 1n },
            { key: 'tiny', vType: 1, vDouble: 5e-324 },
            { key: 'huge', vType: 1, vDouble: 1e308 },
            { key: 'minus zero', vType: 1, vDouble: -0 },
            { key: 'large', vType: 1, vDouble: 1e21 },
          ],
        },
      ],
    },
    {
      name: 'logs with and without an event',
      spans: () => [
        {
          logs: [
            { timestamp: START + 2n, fields: [str('z', ''), str('event', 'late'), str('a', '')] },
            { timestamp: START + 1n, fields: [] },
            { timestamp: START, fields: [str('message', 'm')] },
          ],
        },
      ],
    },
    {
      name: 'names of no letters, and of many',
      spans: () => [{ operationName: '' }, { operationName: '漢字 😀' }],
    },
    {
      name: 'tags of the process that Jaeger renames',
      spans: () => [{}],
      tags: [str('hostname', 'h'), str('jaeger.version', 'X-1')],
    },
  ])('$name', async ({ spans, tags }) => {
    const sent = spans();
    const traceID = await sendBatch(sent, tags);
    await expectSameTrace(traceID, sent.length, 'thrift');
  });

  test('the golden batch, compact', async () => {
    const message = encodeMessage('compact', apacheBatch(GOLDEN_BATCH));
    for (const { compact } of places()) await replayUdp(compact, [message]);
    await expectSameTrace('ab8000000000000001', 1, 'thrift');
    await expectSameV3('ab8000000000000001');
  });

  test('a request of OTLP with all that there is in one, in JSON and in protobuf', async () => {
    const request = requestOf(
      REQUEST.resourceSpans[0]!.scopeSpans[0]!.spans[0]!.attributes[5]!.value,
    );
    const headers = { 'content-type': 'application/json' };
    const body = Buffer.from(
      JSON.stringify(request).replaceAll('00000000000000aa', '00000000000000ab'),
    );
    const protobuf = {
      path: '/v1/traces',
      headers: { 'content-type': 'application/x-protobuf' },
      body: Buffer.from(protobufOf(REQUEST)),
    };
    for (const { otlp } of places()) {
      await replayHttp(otlp, [{ path: '/v1/traces', headers, body }, protobuf]);
    }
    await expectSameTrace('a1b2c3d4e5f60718', 2, 'otlp');
    await expectSameV3('a1b2c3d4e5f60718');
  });
});

// ---- Questions -------------------------------------------------------------------------------

describe('the same questions to both', () => {
  const SERVICE = 'asked';

  beforeAll(async () => {
    const server = [str('span.kind', 'server'), str('http.method', 'GET')];
    const batch = (serviceName: string, ...spans: Partial<PlainSpan>[]): PlainBatch => ({
      process: { serviceName, tags: [str('region', 'eu')] },
      spans: spans.map((span) => ({
        traceIdLow: 0xa5ced1n,
        traceIdHigh: 0n,
        spanId: 1n,
        parentSpanId: 0n,
        operationName: 'GET /',
        flags: 1,
        startTime: START,
        duration: 5_000n,
        ...span,
      })),
    });
    const batches = [
      batch(SERVICE, { tags: server }, { spanId: 2n, parentSpanId: 1n, operationName: 'query' }),
      batch(`${SERVICE}-2`, { spanId: 3n, parentSpanId: 2n, duration: 100n }),
      batch(SERVICE, { traceIdLow: 0xa5ced2n, startTime: START + 1_000_000n, duration: 77_000n }),
    ];
    const headers = { 'content-type': 'application/x-thrift' };
    for (const { http } of places()) {
      for (const one of batches) {
        const body = encode('binary', (protocol) => apacheBatch(one).write(protocol));
        await replayHttp(http, [{ path: '/api/traces', headers, body }]);
        await poll(async () => {
          const origin = http.endsWith(String(jaegerPorts.collectorHttp))
            ? JAEGER_QUERY
            : ours.url!;
          const id = one.spans[0]!.traceIdLow.toString(16);
          const { json } = await get(origin, `/api/traces/${id}`);
          const ids = json.data?.[0]?.spans.map(({ spanID }) => BigInt(`0x${spanID}`)) ?? [];
          return one.spans.every(({ spanId }) => ids.includes(spanId));
        }, 10_000);
      }
    }
  });

  const TIMES = `start=${START - 1n}&end=${START + 9_000_000n}`;

  test.each([
    `service=${SERVICE}&${TIMES}`,
    `service=${SERVICE}&${TIMES}&limit=1`,
    `service=${SERVICE}&${TIMES}&operation=query`,
    `service=${SERVICE}&${TIMES}&operation=none`,
    `service=${SERVICE}&start=${START}&end=${START}`,
    `service=${SERVICE}&start=${START + 1n}&end=${START + 1n}`,
    `service=${SERVICE}&${TIMES}&minDuration=5ms`,
    `service=${SERVICE}&${TIMES}&minDuration=5.001ms&maxDuration=80ms`,
    `service=${SERVICE}&${TIMES}&maxDuration=4999us`,
    `service=${SERVICE}&${TIMES}&tags=${encodeURIComponent('{"http.method":"GET"}')}`,
    `service=${SERVICE}&${TIMES}&tags=${encodeURIComponent('{"http.method":"GET","region":"eu"}')}`,
    `service=${SERVICE}&${TIMES}&tag=region:eu`,
    `service=${SERVICE}&${TIMES}&tag=region:us`,
    `service=nobody&${TIMES}`,
    'traceID=a5ced1&traceID=a5ced2&traceID=123',
  ])('/api/traces?%s', async (parameters) => {
    const [theirs, own] = await Promise.all(
      [JAEGER_QUERY, ours.url!].map((origin) => get(origin, `/api/traces?${parameters}`)),
    );
    expect(own!.status).toBe(theirs!.status);
    const { data: theirData, ...theirRest } = theirs!.json;
    const { data: ownData, ...ownRest } = own!.json;
    expect(ownRest).toEqual(theirRest);
    expect(ownData!.map((trace) => asJaeger(trace, 'thrift'))).toStrictEqual(
      theirData!.map(compared),
    );
  });

  /** In no order there. */
  const sorted = (json: Answer['json']): Answer['json'] => {
    if (!Array.isArray(json.data)) return json;
    const key = (value: unknown): string => JSON.stringify(value);
    return { ...json, data: [...json.data].sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
  };

  test.each([
    `/api/services/${SERVICE}/operations`,
    '/api/services/nobody/operations',
    `/api/operations?service=${SERVICE}`,
    `/api/operations?service=${SERVICE}&spanKind=server`,
    `/api/dependencies?endTs=${START / 1_000n + 9_000n}&lookback=10000&service=${SERVICE}`,
    `/api/dependencies?endTs=${START / 1_000n + 9_000n}&lookback=10000&service=${SERVICE}-2`,
    '/api/dependencies?endTs=1&lookback=1',
    '/api/operations',
    '/api/traces',
    '/api/traces?service=a&start=x',
    '/api/traces?service=a&end=x',
    '/api/traces?service=a&limit=x',
    '/api/traces?service=a&minDuration=5',
    '/api/traces?service=a&minDuration=x',
    '/api/traces?service=a&minDuration=5s&maxDuration=1s',
    '/api/traces?service=a&tag=x',
    '/api/traces?service=a&raw=x',
    '/api/traces?traceID=zz',
    '/api/traces/zz',
    '/api/traces/123',
    `/api/traces/${'1'.repeat(33)}`,
    '/api/dependencies?endTs=x',
    '/api/dependencies?lookback=x',
    '/api/v3/operations',
    '/api/v3/operations?service=nobody',
    `/api/v3/operations?service=${SERVICE}&span_kind=server`,
    '/api/v3/traces',
    '/api/v3/traces/zz',
    '/api/v3/traces/123',
    '/api/v3/traces?query.start_time_min=2020-01-01T00:00:00Z&query.start_time_max=2020-01-01T00:00:00Z&query.num_traces=x',
    '/api/v3/traces?query.start_time_min=2020-01-01T00:00:00Z&query.start_time_max=2020-01-01T00:00:00Z&query.num_traces=5',
    '/api/v3/traces?query.start_time_min=2020-01-01T00:00:00Z&query.start_time_max=2020-01-01T00:00:00Z&query.num_traces=5&query.duration_min=x',
  ])('%s', async (path) => {
    const [theirs, own] = await Promise.all(
      [JAEGER_QUERY, ours.url!].map((origin) => get(origin, path)),
    );
    expect(own!.status).toBe(theirs!.status);
    expect(sorted(own!.json)).toEqual(sorted(theirs!.json));
  });

  test('the services', async () => {
    const [theirs, own] = await Promise.all(
      [JAEGER_QUERY, ours.url!].map((origin) => get(origin, '/api/services')),
    );
    expect(own!.json.data).toEqual([...(theirs!.json.data as unknown as string[])].sort());
    expect(own!.json['total']).toBe(theirs!.json['total']);
  });

  test('a search of /api/v3', async () => {
    const path = `/api/v3/traces?query.service_name=${SERVICE}&query.num_traces=10&query.start_time_min=2026-01-02T00:00:00Z&query.start_time_max=2026-01-03T00:00:00Z`;
    const [theirs, own] = await Promise.all(
      [JAEGER_QUERY, ours.url!].map((origin) => get(origin, path)),
    );
    expect(v3Rows(own!.json['result'] as V3)).toStrictEqual(v3Rows(theirs!.json['result'] as V3));
  });

  test('a sampling strategy, but for the name of its type', async () => {
    const [theirs, own] = await Promise.all(
      [
        `http://127.0.0.1:${jaegerPorts.samplingHttp}`,
        `http://127.0.0.1:${ours.address('sampling')!.port}`,
      ].map((origin) => get(origin, '/sampling?service=x')),
    );
    expect(theirs!.json['strategyType']).toBe(0);
    expect(own!.json).toEqual({ ...theirs!.json, strategyType: 'PROBABILISTIC' });
  });
});
