import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Collector,
  type JsonSpan,
  type JsonTag,
  type JsonTrace,
  startCollector,
} from '../../all-in-one/src/index.js';
import { otelSpans, traceWithJaegerClient } from './collector-clients.js';
import { byId, shownSpan, shownTags, shownTraceId } from './collector-shown.js';
import type { AgentSpan } from './peers/agent-rows.js';
import { exportSpans, type OtelWay } from './peers/otel.js';
import { poll } from './peers/peer-process.js';
import { sendWithRuby } from './peers/ruby-client.js';

let collector: Collector;

beforeEach(async () => {
  collector = await startCollector({ freePorts: true });
});

afterEach(() => collector.close());

const port = (listener: Parameters<Collector['address']>[0]): number =>
  collector.address(listener)!.port;
const origin = (listener: Parameters<Collector['address']>[0]): string =>
  `http://127.0.0.1:${port(listener)}`;

/** The trace as the query API answers it, once it has so many spans. */
async function answered(traceID: string, spans: number): Promise<JsonTrace> {
  await poll(() => collector.stats().spans >= spans, 10_000, 5);
  const response = await fetch(`${collector.url}/api/traces/${traceID}`);
  const { data } = (await response.json()) as { data: JsonTrace[] };
  expect(data).toHaveLength(1);
  expect(data[0]!.spans).toHaveLength(spans);
  return data[0]!;
}

async function expectRows(rows: readonly AgentSpan[]): Promise<JsonTrace> {
  const trace = await answered(rows[0]!.traceID, rows.length);
  expect(byId(trace.spans)).toStrictEqual(byId(rows.map(shownSpan)));
  expect(trace.traceID).toBe(shownTraceId(rows[0]!.traceID));
  return trace;
}

const text = (key: string, value: unknown): JsonTag => ({ key, type: 'string', value }) as JsonTag;

describe.each([
  { way: 'UDP 6832', is128bit: false },
  { way: 'UDP 6832', is128bit: true },
  { way: 'HTTP', is128bit: false },
] as const)('jaeger-client 3.19 over $way, 128-bit ids: $is128bit', ({ way, is128bit }) => {
  test('what it sent is what the API answers', async () => {
    const udp = { agentHost: '127.0.0.1', agentPort: port('binary') };
    const http = { collectorEndpoint: `${origin('http')}/api/traces` };
    const rows = await traceWithJaegerClient(way === 'HTTP' ? http : udp, is128bit);
    const { processes } = await expectRows(rows);
    expect(Object.values(processes)).toEqual([
      {
        serviceName: 'rival',
        tags: [
          text('client-uuid', expect.stringMatching(/^[\da-f-]{36}$/)),
          text('hostname', hostname()),
          text('ip', expect.any(String)),
          text('jaeger.version', 'Node-3.19.0'),
          { key: 'process.pid', type: 'float64', value: 7 },
          text('region', 'eu'),
        ],
      },
    ]);
  });
});

test('the Ruby client over UDP 6831: what it sent is what the API answers', async () => {
  const { spans, serviceName } = await sendWithRuby({ host: '127.0.0.1', port: port('compact') });
  const { processes } = await expectRows(spans);
  expect(Object.values(processes)).toEqual([
    {
      serviceName,
      tags: [
        text('hostname', hostname()),
        text('ip', expect.any(String)),
        text('jaeger.version', expect.stringMatching(/^Ruby-/)),
        text('peer.kind', 'ruby'),
      ],
    },
  ]);
});

// ---- OpenTelemetry -------------------------------------------------------------------------------

const START = 1_767_323_045_678_901;

/** What Jaeger shows of OTEL_ROWS: which tag says what is Jaeger's choice. */
function otelShown(traceID: string, ids: readonly string[]): JsonSpan[] {
  const scope = [text('otel.scope.name', 'interop'), text('otel.scope.version', '1.2.3')];
  const number = (key: string, type: 'int64' | 'float64', value: number): JsonTag => ({
    key,
    type,
    value,
  });
  const bool = (key: string, value: boolean): JsonTag => ({ key, type: 'bool', value });
  const common = { traceID, processID: 'p1', warnings: null, logs: [] };
  const references = [{ refType: 'CHILD_OF', traceID, spanID: ids[0]! } as const];
  const sorted = (tags: JsonTag[]): JsonTag[] => tags.sort((a, b) => (a.key < b.key ? -1 : 1));
  return [
    {
      ...common,
      spanID: ids[0]!,
      operationName: 'GET /cart',
      references: ['b7ad6b7169203331', 'b7ad6b7169203332'].map((spanID) => ({
        refType: 'FOLLOWS_FROM',
        traceID: '0af7651916cd43dd8448eb211c80319c',
        spanID,
      })),
      startTime: START,
      duration: 11_099,
      tags: sorted([
        ...scope,
        text('span.kind', 'server'),
        text('text', 'grüße 🎉'),
        text('empty', ''),
        number('whole', 'int64', 42),
        number('negative', 'int64', -7),
        number('real', 'float64', 1.5),
        bool('yes', true),
        bool('no', false),
        text('texts', '["a","b\\u003cc\\u003e"]'),
        text('numbers', '[1,2]'),
        text('reals', '[1.5,-0.25]'),
        text('bools', '[true,false]'),
      ]),
      logs: [
        {
          timestamp: 1_767_323_045_680_000,
          fields: [text('event', 'cache miss'), number('attempt', 'int64', 2), text('key', 'cart')],
        },
      ],
    },
    {
      ...common,
      spanID: ids[1]!,
      operationName: 'SELECT',
      references,
      startTime: START + 99,
      duration: 10_000,
      tags: sorted([
        ...scope,
        bool('error', true),
        text('otel.status_code', 'ERROR'),
        text('otel.status_description', 'no such table'),
        text('span.kind', 'client'),
      ]),
    },
    {
      ...common,
      spanID: ids[2]!,
      operationName: 'publish',
      references,
      startTime: START + 599,
      duration: 500,
      tags: sorted([...scope, text('otel.status_code', 'OK'), text('span.kind', 'producer')]),
    },
    {
      ...common,
      spanID: ids[3]!,
      operationName: 'work',
      references,
      startTime: START + 699,
      duration: 100,
      tags: sorted([...scope, text('span.kind', 'internal')]),
    },
  ];
}

const TARGETS: Readonly<Record<OtelWay, () => string>> = {
  'otlp-json': () => `${origin('otlpHttp')}/v1/traces`,
  'otlp-proto': () => `${origin('otlpHttp')}/v1/traces`,
  'otlp-grpc': () => origin('otlpGrpc'),
  'jaeger-udp': () => `127.0.0.1:${port('binary')}`,
  'jaeger-http': () => `${origin('http')}/api/traces`,
};

describe.each(['otlp-json', 'otlp-proto', 'otlp-grpc'] as const)('OpenTelemetry, %s', (way) => {
  test('what it sent is what the API answers', async () => {
    const { spans, traceId, spanIds } = otelSpans();
    await exportSpans(way, TARGETS[way](), spans);
    const trace = await answered(traceId, 4);
    expect(byId(trace.spans)).toStrictEqual(byId(otelShown(traceId, spanIds)));
    expect(Object.values(trace.processes)).toEqual([
      {
        serviceName: 'otel-service',
        tags: [
          { key: 'process.pid', type: 'int64', value: 7 },
          text('process.tags', '["x","y"]'),
          text('service.version', '1.0'),
        ],
      },
    ]);
  });

  test('and what /api/v3 answers', async () => {
    const { spans, traceId, spanIds } = otelSpans();
    await exportSpans(way, TARGETS[way](), spans);
    const response = await fetch(`${collector.url}/api/v3/traces/${traceId}`);
    const { result } = (await response.json()) as { result: { resourceSpans: V3Resource[] } };
    const [resource] = result.resourceSpans;
    const [scope] = resource!.scopeSpans;
    expect(scope!.scope).toEqual({ name: 'interop', version: '1.2.3' });
    const root = scope!.spans.find(({ spanId }) => spanId === spanIds[0])!;
    expect(root).toMatchObject({
      traceId,
      kind: 2,
      name: 'GET /cart',
      startTimeUnixNano: '1767323045678901234',
      endTimeUnixNano: '1767323045690000999',
      events: [{ name: 'cache miss', timeUnixNano: '1767323045680000500' }],
    });
    expect(root['attributes']).toContainEqual({
      key: 'texts',
      value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b<c>' }] } },
    });
    const failed = scope!.spans.find(({ spanId }) => spanId === spanIds[1])!;
    expect(failed).toMatchObject({
      kind: 3,
      parentSpanId: spanIds[0],
      status: { code: 2, message: 'no such table' },
    });
  });
});

interface V3Resource {
  readonly scopeSpans: readonly {
    readonly scope: object;
    readonly spans: readonly ({ readonly spanId: string } & Readonly<Record<string, unknown>>)[];
  }[];
}

describe.each(['jaeger-udp', 'jaeger-http'] as const)(
  'OpenTelemetry’s exporter-jaeger, %s',
  (way) => {
    test('what it sent is what the API answers', async () => {
      const { spans, traceId, spanIds } = otelSpans();
      await exportSpans(way, TARGETS[way](), spans);
      const trace = await answered(traceId, 4);
      const tag = (key: string, type: string, value: unknown): AgentSpan['tags'][number] =>
        ({ key, type, value }) as AgentSpan['tags'][number];
      // It writes all numbers as DOUBLE, lists as texts, times of events in milliseconds, and the resource on each span.
      const onEach = [
        tag('service.name', 'STRING', 'otel-service'),
        tag('service.version', 'STRING', '1.0'),
        tag('process.pid', 'DOUBLE', 7),
        tag('process.tags', 'STRING', 'x,y'),
        tag('otel.library.name', 'STRING', 'interop'),
        tag('otel.library.version', 'STRING', '1.2.3'),
      ];
      const root = trace.spans.find(({ spanID }) => spanID === spanIds[0])!;
      expect(root.tags).toEqual(
        shownTags([
          ...onEach,
          tag('span.kind', 'STRING', 'server'),
          tag('text', 'STRING', 'grüße 🎉'),
          tag('empty', 'STRING', ''),
          tag('whole', 'DOUBLE', 42),
          tag('negative', 'DOUBLE', -7),
          tag('real', 'DOUBLE', 1.5),
          tag('yes', 'BOOL', true),
          tag('no', 'BOOL', false),
          tag('texts', 'STRING', 'a,b<c>'),
          tag('numbers', 'STRING', '1,2'),
          tag('reals', 'STRING', '1.5,-0.25'),
          tag('bools', 'STRING', 'true,false'),
        ]),
      );
      expect(root.logs[0]!.fields).toEqual([
        text('event', 'cache miss'),
        { key: 'attempt', type: 'float64', value: 2 },
        text('key', 'cart'),
      ]);
      const shown = otelShown(traceId, spanIds);
      const places = ({ references, startTime, duration, operationName }: JsonSpan): object => ({
        references,
        startTime,
        duration,
        operationName,
      });
      expect(byId(trace.spans).map(places)).toEqual(byId(shown).map(places));
      const failed = trace.spans.find(({ spanID }) => spanID === spanIds[1])!;
      expect(failed.tags).toEqual(
        shownTags([
          ...onEach,
          tag('otel.status_code', 'STRING', 'ERROR'),
          tag('otel.status_description', 'STRING', 'no such table'),
          tag('error', 'BOOL', true),
          tag('span.kind', 'STRING', 'client'),
        ]),
      );
      expect(Object.values(trace.processes)).toEqual([{ serviceName: 'otel-service', tags: [] }]);
    });
  },
);
