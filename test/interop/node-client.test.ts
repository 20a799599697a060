import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { childOf, followsFrom, type Span } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { decodeBatch } from '../../all-in-one/src/thrift/jaeger-decoder.js';
import type { JaegerSpan } from '../../all-in-one/src/index.js';
import { initTracer, type JaegerTracer, RemoteReporter } from '../../src/index.js';
import {
  type Collecting,
  decodedSpan,
  decodedTag,
  plainSpan,
  startCollecting,
} from './collecting.js';
import type { AgentSpan, AgentTag } from './peers/agent-rows.js';
import {
  closeRival,
  loadJaegerClient,
  rivalContext,
  type RivalTracer,
} from './peers/jaeger-client.js';
import { arrivingTags, tagCases, taggedValues } from './tag-cases.js';
import { expectAccounted, remote, SAMPLER_TAGS, span16, spanRow, trace32 } from './tracing.js';

const jaegerClient = loadJaegerClient();

/** Whole milliseconds: jaeger-client cuts fractions of microseconds off where we round. */
const START_MS = 1_767_323_045_678;
const START = START_MS * 1_000;

/** What jaeger-client knows to send, in tags: all numbers as DOUBLE. */
const KNOWN = new Set(
  tagCases
    .filter(({ arrives: { type } }) => type === 'BOOL' || type === 'LONG' || type === 'DOUBLE')
    .map(({ key }) => key)
    .concat('string', 'string.empty', 'string.unicode', 'string.nul', 'string.128', 'object')
    .concat('binary.empty', 'binary.buffer', 'binary.300', 'null', 'undefined', 'array', 'ключ 🔑'),
);
const knownValues = Object.fromEntries(
  Object.entries(taggedValues).filter(([key]) => KNOWN.has(key)),
);
const knownTags = asDoubles(arrivingTags.filter(({ key }) => KNOWN.has(key)));

function asDoubles(tags: readonly AgentTag[]): AgentTag[] {
  return tags.map((tag) => (tag.type === 'LONG' ? { ...tag, type: 'DOUBLE' } : tag));
}

function rowOf(span: Span, row: Partial<AgentSpan>): AgentSpan {
  const [trace, id, parent] = rivalContext(span).toString().split(':') as [string, string, string];
  const ids = { traceID: trace32(trace), spanID: span16(id) };
  return spanRow(ids, { parentSpanID: span16(parent), startTime: START, duration: 2_000, ...row });
}

/** A trace of jaeger-client's, and what has to arrive of it. */
function traceWith(tracer: RivalTracer): AgentSpan[] {
  const root = tracer.startSpan('root', { startTime: START_MS, tags: knownValues });
  root.log(knownValues, START_MS + 1);
  const child = tracer.startSpan('child', { startTime: START_MS, childOf: root });
  const after = tracer.startSpan('after', {
    startTime: START_MS,
    references: [followsFrom(child.context()), childOf(root.context())],
  });
  for (const span of [child, after, root]) span.finish(START_MS + 2);
  const reference = (span: Span): { traceID: string; spanID: string } => {
    const { traceID, spanID } = rowOf(span, {});
    return { traceID, spanID };
  };
  return [
    rowOf(child, { operationName: 'child' }),
    rowOf(after, {
      operationName: 'after',
      references: [
        { refType: 'FOLLOWS_FROM', ...reference(child) },
        { refType: 'CHILD_OF', ...reference(root) },
      ],
    }),
    rowOf(root, {
      operationName: 'root',
      tags: [...SAMPLER_TAGS, ...knownTags],
      logs: [{ timestamp: START + 1_000, fields: knownTags }],
    }),
  ];
}

const config = { serviceName: 'rival', sampler: { type: 'const', param: 1 } };

async function withReceiver(run: (receiver: Collecting) => Promise<void>): Promise<void> {
  const receiver = await startCollecting('binary');
  try {
    await run(receiver);
  } finally {
    await receiver.close();
  }
}

test.each([{}, { traceId128bit: true }])('jaeger-client over UDP is decoded: %o', (options) =>
  withReceiver(async (receiver) => {
    const reporter = { agentHost: '127.0.0.1', agentPort: receiver.port };
    const tracer = jaegerClient.initTracer({ ...config, ...options, reporter }, options);
    const rows = traceWith(tracer);
    await closeRival(tracer);
    expect((await receiver.spans(3)).map(plainSpan)).toStrictEqual(rows.map(decodedSpan));
    expect(receiver.stats()).toMatchObject({ packets: 1, malformed: 0, withTrailingBytes: 0 });
    expect(receiver.batches[0]).toMatchObject({
      seqNo: undefined,
      stats: undefined,
      process: {
        serviceName: 'rival',
        tags: [
          { key: 'jaeger.version', type: 'string', value: 'Node-3.19.0' },
          { key: 'hostname', type: 'string', value: hostname() },
          { key: 'ip', type: 'string' },
          { key: 'client-uuid', type: 'string' },
        ],
      },
    });
  }),
);

test('jaeger-client over HTTP is decoded', async () => {
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(Buffer.concat(await request.toArray()));
    response.writeHead(202).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const reporter = { collectorEndpoint: `http://127.0.0.1:${port}/api/traces` };
    const tracer = jaegerClient.initTracer({ ...config, reporter });
    const rows = traceWith(tracer);
    await closeRival(tracer);
    expect(bodies).toHaveLength(1);
    const { batch, trailingBytes } = decodeBatch(bodies[0]!, 'binary');
    expect(trailingBytes).toBe(0);
    expect(batch.spans.map(plainSpan)).toStrictEqual(rows.map(decodedSpan));
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

describe('our tracer on jaeger-client’s UDP sender', () => {
  /** What `trace` reports through jaeger-client's sender, decoded. */
  async function spansOf(trace: (tracer: JaegerTracer) => void): Promise<JaegerSpan[]> {
    let spans: JaegerSpan[] = [];
    await withReceiver(async (receiver) => {
      const sender = new jaegerClient.UDPSender({ host: '127.0.0.1', port: receiver.port });
      const reporter = new RemoteReporter(sender);
      const tracer = initTracer({ serviceName: 'ours' }, { reporter });
      trace(tracer);
      expectAccounted(tracer.stats());
      await tracer.close();
      const stats = tracer.stats();
      expectAccounted(stats);
      expect(stats).toMatchObject({ sent: stats.started, waiting: 0, open: 0 });
      spans = await receiver.spans(stats.sent);
      expect(receiver.batches[0]!.process.tags[0]).toEqual({
        key: 'jaeger.version',
        type: 'string',
        value: expect.stringMatching(/^spoor-/),
      });
    });
    return spans.map(plainSpan);
  }

  test('ids, references, times and flags', async () => {
    const rows: AgentSpan[] = [];
    const spans = await spansOf((tracer) => {
      const root = tracer.startSpan('root', { startTime: START_MS });
      const references = [followsFrom(root)];
      const child = tracer.startSpan('child', { startTime: START_MS, references });
      child.finish(START_MS + 2);
      root.finish(START_MS + 2);
      const { traceID, spanID } = rowOf(root, {});
      rows.push(
        rowOf(child, {
          operationName: 'child',
          references: [{ refType: 'FOLLOWS_FROM', traceID, spanID }],
        }),
        rowOf(root, { operationName: 'root', tags: SAMPLER_TAGS }),
      );
    });
    expect(spans).toStrictEqual(rows.map(decodedSpan));
  });

  test('flags of 32 bits do not take the batch with them', async () => {
    const spans = await spansOf((tracer) => {
      tracer.startSpan('before').finish();
      tracer.startSpan('hostile', { childOf: remote(tracer, 'a:b:0:ffffffff') }).finish();
      tracer.startSpan('after').finish();
    });
    expect(spans.map((span) => span.operationName)).toEqual(['before', 'hostile', 'after']);
  });

  test('names and keys that are no strings, from plain JavaScript, go out as their text', async () => {
    const number = 5 as unknown as string;
    const [span] = await spansOf((tracer) => {
      tracer.startSpan(number).setTag(number, 6).finish();
    });
    expect(span!.operationName).toBe('5');
    expect(span!.tags[2]).toEqual({ key: '5', type: 'float64', value: 6 });
  });

  // Numbers are DOUBLE, as jaeger-client's senders know them.
  test.each(tagCases)('$key', async ({ key, value, arrives }) => {
    const [tag] = asDoubles([{ key, ...arrives }]).map(decodedTag);
    const [span] = await spansOf((tracer) => {
      tracer
        .startSpan('op')
        .setTag(key, value)
        .log({ [key]: value }, START_MS)
        .finish();
    });
    expect(span!.tags[2]).toStrictEqual(tag);
    expect(span!.logs).toStrictEqual([{ timestamp: START, fields: [tag] }]);
  });
});
