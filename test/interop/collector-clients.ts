import { childOf, followsFrom } from 'opentracing';
import type { AgentSpan } from './peers/agent-rows.js';
import {
  closeRival,
  loadJaegerClient,
  rivalContext,
  type RivalTracer,
} from './peers/jaeger-client.js';
import { makeSpans, type OtelRow, type ReadableSpan } from './peers/otel.js';
import { SAMPLER_TAGS, span16, spanRow, trace32 } from './tracing.js';

/*
 * Traces that clients of others report, and what of them is on the wire, by hand.
 */

/** Whole milliseconds: jaeger-client cuts fractions of microseconds off. */
const START_MS = 1_767_323_045_678;
const START = START_MS * 1_000;

/** Values that jaeger-client knows; all numbers are DOUBLE to it. */
const VALUES = {
  text: 'grüße 🎉',
  empty: '',
  whole: -42,
  real: 0.1,
  yes: true,
  no: false,
  bytes: Buffer.from([0, 1, 128, 255]),
  none: Buffer.alloc(0),
  object: { a: [1, 'two'] },
  'http.method': 'GET',
};
const VALUE_TAGS = [
  { key: 'text', type: 'STRING', value: 'grüße 🎉' },
  { key: 'empty', type: 'STRING', value: '' },
  { key: 'whole', type: 'DOUBLE', value: -42 },
  { key: 'real', type: 'DOUBLE', value: 0.1 },
  { key: 'yes', type: 'BOOL', value: true },
  { key: 'no', type: 'BOOL', value: false },
  { key: 'bytes', type: 'BINARY', value: 'AAGA/w==' },
  { key: 'none', type: 'BINARY', value: '' },
  { key: 'object', type: 'STRING', value: '{"a":[1,"two"]}' },
  { key: 'http.method', type: 'STRING', value: 'GET' },
] as const;

/** Has jaeger-client 3.19 report a trace of three spans, and says what has to arrive. */
export async function traceWithJaegerClient(
  reporter: object,
  is128bit: boolean,
): Promise<AgentSpan[]> {
  const tracer = loadJaegerClient().initTracer(
    {
      serviceName: 'rival',
      sampler: { type: 'const', param: 1 },
      reporter,
      traceId128bit: is128bit,
    },
    { traceId128bit: is128bit, tags: { region: 'eu', 'process.pid': 7 } },
  );
  const rows = threeSpans(tracer);
  await closeRival(tracer);
  return rows;
}

function threeSpans(tracer: RivalTracer): AgentSpan[] {
  const root = tracer.startSpan('root', { startTime: START_MS, tags: VALUES });
  root.log({ ...VALUES, event: 'cache miss' }, START_MS + 1);
  const child = tracer.startSpan('child', {
    startTime: START_MS + 1,
    childOf: root,
    tags: { 'span.kind': 'client' },
  });
  const after = tracer.startSpan('after', {
    startTime: START_MS + 1,
    references: [followsFrom(child.context()), childOf(root.context())],
  });
  for (const span of [child, after]) span.finish(START_MS + 2);
  root.finish(START_MS + 3);
  const row = (span: typeof root, more: Partial<AgentSpan>): AgentSpan => {
    const [trace, id, parent] = rivalContext(span).toString().split(':') as [
      string,
      string,
      string,
    ];
    const ids = { traceID: trace32(trace), spanID: span16(id) };
    return spanRow(ids, { parentSpanID: span16(parent), ...more });
  };
  const to = (span: typeof root): { traceID: string; spanID: string } => {
    const { traceID, spanID } = row(span, {});
    return { traceID, spanID };
  };
  const own = { startTime: START + 1_000, duration: 1_000 };
  return [
    row(child, {
      ...own,
      operationName: 'child',
      tags: [{ key: 'span.kind', type: 'STRING', value: 'client' }],
    }),
    row(after, {
      ...own,
      operationName: 'after',
      references: [
        { refType: 'FOLLOWS_FROM', ...to(child) },
        { refType: 'CHILD_OF', ...to(root) },
      ],
    }),
    row(root, {
      operationName: 'root',
      startTime: START,
      duration: 3_000,
      tags: [...SAMPLER_TAGS, ...VALUE_TAGS],
      logs: [
        {
          timestamp: START + 1_000,
          fields: [...VALUE_TAGS, { key: 'event', type: 'STRING', value: 'cache miss' }],
        },
      ],
    }),
  ];
}

/** Seconds of the spans below. */
const S = 1_767_323_045;

/** Spans of OpenTelemetry: every type of attribute, an event, links, kinds, status, nanoseconds. */
const OTEL_ROWS: readonly OtelRow[] = [
  {
    name: 'GET /cart',
    kind: 1,
    start: [S, 678_901_234],
    end: [S, 690_000_999],
    attributes: {
      text: 'grüße 🎉',
      empty: '',
      whole: 42,
      negative: -7,
      real: 1.5,
      yes: true,
      no: false,
      texts: ['a', 'b<c>'],
      numbers: [1, 2],
      reals: [1.5, -0.25],
      bools: [true, false],
    },
    events: [
      {
        name: 'cache miss',
        time: [S, 680_000_500],
        attributes: { key: 'cart', attempt: 2 },
      },
    ],
    links: [
      { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        spanId: 'b7ad6b7169203332',
        attributes: { why: 'batch' },
      },
    ],
  },
  {
    name: 'SELECT',
    kind: 2,
    start: [S, 679_000_000],
    end: [S, 689_000_001],
    status: { code: 2, message: 'no such table' },
  },
  {
    name: 'publish',
    kind: 3,
    start: [S, 679_500_000],
    end: [S, 680_000_000],
    status: { code: 1 },
  },
  { name: 'work', kind: 0, start: [S, 679_600_000], end: [S, 679_700_000] },
];

const OTEL_RESOURCE = {
  'service.name': 'otel-service',
  'service.version': '1.0',
  'process.pid': 7,
  'process.tags': ['x', 'y'],
};

/** The same spans, made by OpenTelemetry's SDK. */
export function otelSpans(): { spans: ReadableSpan[]; traceId: string; spanIds: string[] } {
  return makeSpans(OTEL_RESOURCE, OTEL_ROWS);
}
