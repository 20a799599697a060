import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { childOf, followsFrom, FORMAT_HTTP_HEADERS } from 'opentracing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JaegerTracer, Span, TracingOptions, UdpProtocol } from '../../src/index.js';
import type { AgentTag } from './peers/agent-rows.js';
import type { JaegerReference, JaegerSpan, JaegerTag, JaegerTrace } from './peers/jaeger-json.js';
import { checkout, poll } from './peers/peer-process.js';
import { jaegerPorts, type RealJaeger, startJaeger } from './peers/real-jaeger.js';
import { arrivingTags, taggedValues } from './tag-cases.js';
import {
  DURATION,
  END,
  expectAccounted,
  millis,
  openTracer,
  remote,
  SAMPLER_TAGS,
  span16,
  START,
  trace32,
} from './tracing.js';

const TRANSPORTS = [
  { protocol: 'compact', transport: 'udp_thrift_compact' },
  { protocol: 'binary', transport: 'udp_thrift_binary' },
] as const;

const JAEGER_TYPES = {
  STRING: 'string',
  DOUBLE: 'float64',
  BOOL: 'bool',
  LONG: 'int64',
  BINARY: 'binary',
} as const;

let jaeger: RealJaeger;

beforeAll(async () => {
  jaeger = await startJaeger();
});

afterAll(() => jaeger.stop());

function open(
  protocol: UdpProtocol,
  options: TracingOptions = {},
  service = 'service',
): JaegerTracer {
  return openTracer(service, { port: jaegerPorts[protocol], protocol }, options);
}

/** Sends all that has finished, and ends the tracer. */
async function sent(...tracers: readonly JaegerTracer[]): Promise<void> {
  for (const tracer of tracers) {
    await tracer.flush();
    const stats = tracer.stats();
    expectAccounted(stats);
    expect(stats).toMatchObject({ open: 0, waiting: 0, sent: stats.started });
    await tracer.close();
  }
}

/** What Jaeger shows of tags: sorted by key; an empty binary has no value there. */
function shown(tags: readonly AgentTag[]): JaegerTag[] {
  return tags
    .map(({ key, type, value }) => ({
      key,
      type: JAEGER_TYPES[type as keyof typeof JAEGER_TYPES],
      value: type === 'BINARY' && value === '' ? null : value!,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The ids as Jaeger shows them. */
function shownIds(span: Span): Pick<JaegerSpan, 'traceID' | 'spanID'> {
  const trace = trace32(span.context().toTraceId());
  return {
    traceID: trace.startsWith('0'.repeat(16)) ? trace.slice(16) : trace,
    spanID: span16(span.context().toSpanId()),
  };
}

function shownReference(refType: JaegerReference['refType'], span: Span): JaegerReference {
  return { refType, ...shownIds(span) };
}

function shownSpan(span: Span, row: Partial<JaegerSpan>): JaegerSpan {
  return {
    ...shownIds(span),
    operationName: span.operationName,
    references: [],
    startTime: START,
    duration: DURATION,
    tags: [],
    logs: [],
    processID: 'p1',
    warnings: null,
    ...row,
  };
}

function byId(spans: readonly JaegerSpan[]): JaegerSpan[] {
  return [...spans].sort((a, b) => (a.spanID < b.spanID ? -1 : 1));
}

async function traceOf(span: Span, spans: number): Promise<JaegerTrace> {
  const trace = await jaeger.trace(span.context().toTraceId(), { spans });
  expect(trace?.spans).toHaveLength(spans);
  return trace!;
}

describe.each(TRANSPORTS)('$protocol', ({ protocol, transport }) => {
  test.each([
    { name: '64-bit ids', options: {} },
    { name: '128-bit ids', options: { traceId128bit: true } },
    { name: '128-bit ids, padded', options: { traceId128bit: true, padIds: true } },
  ])('a trace comes back value for value: $name', async ({ options }) => {
    const tracer = open(protocol, options);
    const start = (
      name: string,
      at: number,
      more: NonNullable<Parameters<JaegerTracer['startSpan']>[1]>,
    ): Span => tracer.startSpan(name, { startTime: millis(START + at), ...more });
    const root = start('root', 0, { tags: taggedValues });
    root.log(taggedValues, millis(START + 1)).log({ n: 2 }, millis(START + 2));
    root.log({ n: 3 }, millis(START + 3));
    const child = start('child', 10, { childOf: root });
    const grandchild = start('grandchild', 20, { childOf: child, tags: { 'span.kind': 'client' } });
    const follower = start('follower', 30, { references: [followsFrom(child)] });
    const both = start('both', 40, { references: [followsFrom(child), childOf(root)] });
    for (const span of [child, grandchild, follower, both, root]) span.finish(millis(END));
    await sent(tracer);

    const trace = await traceOf(root, 5);
    expect(trace.traceID).toBe(shownIds(root).traceID);
    const from = (at: number): Pick<JaegerSpan, 'startTime' | 'duration'> => ({
      startTime: START + at,
      duration: DURATION - at,
    });
    expect(byId(trace.spans)).toStrictEqual(
      byId([
        shownSpan(root, {
          tags: shown([...SAMPLER_TAGS, ...arrivingTags]),
          logs: [
            { timestamp: START + 1, fields: shown(arrivingTags) },
            { timestamp: START + 2, fields: [{ key: 'n', type: 'int64', value: 2 }] },
            { timestamp: START + 3, fields: [{ key: 'n', type: 'int64', value: 3 }] },
          ],
        }),
        shownSpan(child, { ...from(10), references: [shownReference('CHILD_OF', root)] }),
        shownSpan(grandchild, {
          ...from(20),
          references: [shownReference('CHILD_OF', child)],
          tags: [{ key: 'span.kind', type: 'string', value: 'client' }],
        }),
        // The parent is the same span: Jaeger keeps the explicit reference alone.
        shownSpan(follower, { ...from(30), references: [shownReference('FOLLOWS_FROM', child)] }),
        shownSpan(both, {
          ...from(40),
          references: [shownReference('CHILD_OF', root), shownReference('FOLLOWS_FROM', child)],
        }),
      ]),
    );
  });

  test('the process: every kind of tag, and the two that Jaeger renames', async () => {
    const { version } = JSON.parse(await readFile(`${checkout}package.json`, 'utf8')) as {
      version: string;
    };
    const tracer = open(protocol, { tags: taggedValues }, 'żółć 🎉');
    const root = tracer.startSpan('root');
    root.finish();
    await sent(tracer);
    const { spans, processes } = await traceOf(root, 1);
    expect(Object.keys(processes)).toEqual([spans[0]!.processID]);
    const { serviceName, tags } = processes[spans[0]!.processID]!;
    expect(serviceName).toBe('żółć 🎉');
    const text = (key: string, value: unknown): JaegerTag =>
      ({ key, type: 'string', value }) as JaegerTag;
    expect(tags).toStrictEqual(
      [
        ...shown(arrivingTags),
        text('host.name', hostname()),
        text('opencensus.exporterversion', `Jaeger-spoor-${version}`),
        text('ip', expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/)),
        text('client-uuid', expect.stringMatching(/^[\da-f-]{36}$/)),
      ].sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  });

  test('two services, one trace', async () => {
    const front = open(protocol, { traceId128bit: true }, 'front');
    const back = open(protocol, {}, 'back');
    const client = front.startSpan('GET', { tags: { 'span.kind': 'client' } });
    const headers = {};
    front.inject(client, FORMAT_HTTP_HEADERS, headers);
    const server = back.startSpan('GET', {
      childOf: back.extract(FORMAT_HTTP_HEADERS, headers)!,
      tags: { 'span.kind': 'server' },
    });
    server.finish();
    client.finish();
    await sent(front, back);
    const { spans, processes } = await traceOf(client, 2);
    const services = spans.map(
      (span) => [span.spanID, processes[span.processID]!.serviceName] as const,
    );
    expect(Object.fromEntries(services)).toEqual({
      [shownIds(client).spanID]: 'front',
      [shownIds(server).spanID]: 'back',
    });
    const served = spans.find((span) => span.spanID === shownIds(server).spanID)!;
    expect(served.references).toEqual([shownReference('CHILD_OF', client)]);
  });

  test.each([
    { trace: '80000000000000a1', span: 'f000000000000001', parent: 'ffffffffffffffff' },
    { trace: 'abc', span: 'b', parent: 'c' },
    { trace: 'fedcba98765432108000000000000000', span: '8000000000000000', parent: '1' },
  ])('ids from elsewhere: $trace', async ({ trace, span, parent }) => {
    // Jaeger holds all traces in one place, whichever way they came.
    const own = protocol === 'compact' ? trace : trace.replace(/.$/, 'f');
    const tracer = open(protocol, { shareRpcSpan: true });
    const server = tracer.startSpan('server', {
      childOf: remote(tracer, `${own}:${span}:${parent}:1`),
      tags: { 'span.kind': 'server' },
    });
    server.finish();
    await sent(tracer);
    const [shownServer] = (await traceOf(server, 1)).spans;
    expect(shownServer).toMatchObject({
      traceID: own.padStart(16, '0'),
      spanID: span16(span),
      references: [{ refType: 'CHILD_OF', traceID: own.padStart(16, '0'), spanID: span16(parent) }],
    });
  });

  test('measured spans raise no warning, however short they are', async () => {
    const tracer = open(protocol);
    const root = tracer.startSpan('root');
    for (let i = 0; i < 200; i++) tracer.startSpan('short', { childOf: root }).finish();
    root.finish();
    await sent(tracer);
    const { spans, warnings } = await traceOf(root, 201);
    expect(warnings).toBeNull();
    expect(spans.flatMap((span) => span.warnings ?? [])).toEqual([]);
    expect(Math.min(...spans.map((span) => span.duration))).toBeGreaterThanOrEqual(1);
  });

  test('an error is one to Jaeger', async () => {
    const tracer = open(protocol);
    const trace = protocol === 'compact' ? 'e1' : 'e2';
    const root = tracer.startSpan('root', { childOf: remote(tracer, `${trace}:1:0:1`) });
    root.setTag('error', true).finish();
    await sent(tracer);
    expect((await traceOf(root, 1)).spans[0]!.tags).toEqual([
      { key: 'error', type: 'bool', value: true },
      { key: 'otel.status_code', type: 'string', value: 'ERROR' },
    ]);
  });

  test('20,000 spans of one tracer: Jaeger counts each', async () => {
    const SPANS = 20_000;
    // About one datagram: Jaeger's socket has the system's buffer, which holds two or three.
    const AT_ONCE = 400;
    const before = await jaeger.acceptedSpans(transport);
    const tracer = open(protocol);
    const accepted = async (): Promise<number> => (await jaeger.acceptedSpans(transport)) - before;
    for (let i = 0; i < SPANS;) {
      for (const end = i + AT_ONCE; i < end; i++) {
        const span = tracer.startSpan(`op-${i % 7}`, { tags: { i, 'http.method': 'GET' } });
        span.log({ event: 'x' }).finish();
      }
      await tracer.flush();
      expectAccounted(tracer.stats());
      const taken = i;
      await poll(async () => (await accepted()) >= taken, 10_000, 2);
      expect(await accepted()).toBe(taken);
    }
    expect(tracer.stats()).toMatchObject({ started: SPANS, sent: SPANS, waiting: 0, open: 0 });
    await tracer.close();
    expectAccounted(tracer.stats());
    expect(await accepted()).toBe(SPANS);
  });
});
