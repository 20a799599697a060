import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Collector } from '../../../src/index.js';
import { encodeMessage } from '../../../../test/fixtures/apache/apache-thrift.js';
import { apacheBatch } from '../../../../test/unit/core/wire/arbitrary-batch.js';
import { GOLDEN_BATCH } from '../../../../test/unit/core/wire/golden-batch.js';
import { sendDatagrams } from '../collected.js';
import {
  type Answer,
  ask,
  post,
  received,
  running,
  sendBatch,
  thriftBody,
  urlOf,
} from '../running.js';

const THRIFT = 'application/x-thrift';
const BODY = thriftBody(GOLDEN_BATCH);
const TRACE_ID = '00000000000000ab8000000000000001';

/** The golden batch as the API shows it. */
const SHOWN = {
  traceID: TRACE_ID,
  spans: [
    {
      traceID: TRACE_ID,
      spanID: '0000000000000002',
      flags: 1,
      operationName: 'pay',
      references: [
        { refType: 'CHILD_OF', traceID: TRACE_ID, spanID: '0000000000000001' },
        { refType: 'FOLLOWS_FROM', traceID: '0000000000000003', spanID: 'ffffffffffffffff' },
      ],
      startTime: 1_600_000_000_000_000,
      duration: 250,
      tags: [
        { key: 'b', type: 'bool', value: true },
        { key: 'd', type: 'float64', value: 1.5 },
        { key: 'l', type: 'int64', value: -1 },
        { key: 's', type: 'string', value: 'é' },
        { key: 'y', type: 'binary', value: 'AP8=' },
      ],
      logs: [
        {
          timestamp: 1_600_000_000_000_100,
          fields: [{ key: 'event', type: 'string', value: 'hi' }],
        },
      ],
      processID: 'p1',
      warnings: ['invalid parent span IDs=0000000000000001; skipping clock skew adjustment'],
    },
  ],
  processes: {
    p1: { serviceName: 'shop', tags: [{ key: 'hostname', type: 'string', value: 'h1' }] },
  },
  warnings: null,
};

describe.each(['compact', 'binary'] as const)('UDP, %s', (protocol) => {
  test('a batch comes back value for value', async () => {
    const collector = await running();
    await sendBatch(collector, protocol, GOLDEN_BATCH);
    expect(collector.trace(TRACE_ID)).toStrictEqual(SHOWN);
    expect(received(collector, `udp-${protocol}`)).toMatchObject({
      messages: 1,
      spans: 1,
      malformed: 0,
      receiveBufferBytes: expect.any(Number),
    });
  });

  test('a call is taken as a oneway message is', async () => {
    const collector = await running();
    const message = encodeMessage(protocol, apacheBatch(GOLDEN_BATCH), { kind: 1, sequenceId: 9 });
    await sendDatagrams(collector.address(protocol)!.port, [message]);
    while (collector.stats().spans === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(collector.trace(TRACE_ID)).toStrictEqual(SHOWN);
  });

  test('what does not decode is counted, and told once of each kind', async () => {
    const warnings: string[] = [];
    const collector = await running({ warn: (message) => warnings.push(message) });
    const { port } = collector.address(protocol)!;
    const message = encodeMessage(protocol, apacheBatch(GOLDEN_BATCH));
    const cut = message.subarray(0, message.length / 2);
    await sendDatagrams(port, [cut, cut, Uint8Array.of(1), new Uint8Array(0)]);
    await sendBatch(collector, protocol, GOLDEN_BATCH);
    const counters = received(collector, `udp-${protocol}`);
    expect(counters).toMatchObject({ messages: 5, malformed: 4, spans: 1 });
    expect(warnings[0]).toMatch(/^UDP (?:compact|binary): cannot decode a datagram from \S+: /);
    expect(warnings).toHaveLength(new Set(warnings.map((text) => text.split(': ')[2])).size);
  });

  test('the other encoding is taken too, and told once that Jaeger would not', async () => {
    const warnings: string[] = [];
    const collector = await running({ warn: (message) => warnings.push(message) });
    const [other, port] = protocol === 'compact' ? ['binary', 6832] : ['compact', 6831];
    const message = encodeMessage(other as 'compact' | 'binary', apacheBatch(GOLDEN_BATCH));
    await sendDatagrams(collector.address(protocol)!.port, [message, message]);
    await sendBatch(collector, protocol, GOLDEN_BATCH);
    expect(collector.trace(TRACE_ID)).toStrictEqual(SHOWN);
    expect(received(collector, `udp-${protocol}`)).toMatchObject({ messages: 3, malformed: 0 });
    expect(warnings).toStrictEqual([
      `UDP ${protocol}: ${other} Thrift from 127.0.0.1 is accepted here; Jaeger accepts it on port ${port} only`,
    ]);
  });
});

describe('POST /api/traces', () => {
  const send = (
    collector: Collector,
    contentType: string,
    body: Uint8Array,
    headers = {},
  ): Promise<Answer> =>
    post(urlOf(collector, 'http', '/api/traces?format=jaeger.thrift'), contentType, body, headers);

  test.each([
    'application/x-thrift',
    'application/vnd.apache.thrift.binary',
    'Application/X-Thrift; charset=utf-8',
  ])('a batch comes back value for value: %s', async (contentType) => {
    const collector = await running();
    const { status, text } = await send(collector, contentType, BODY);
    expect([status, text]).toEqual([202, '']);
    expect(collector.trace(TRACE_ID)).toStrictEqual(SHOWN);
    expect(received(collector, 'thrift-http')).toMatchObject({
      messages: 1,
      spans: 1,
      bytes: BODY.length,
    });
  });

  test('compressed', async () => {
    const collector = await running();
    const { status } = await send(collector, THRIFT, gzipSync(BODY), {
      'content-encoding': 'gzip',
    });
    expect(status).toBe(202);
    expect(collector.trace(TRACE_ID)).toStrictEqual(SHOWN);
  });

  test('a service without a name gets one', async () => {
    const collector = await running();
    await send(collector, THRIFT, thriftBody({ ...GOLDEN_BATCH, process: { serviceName: '' } }));
    expect(collector.trace(TRACE_ID)!.processes['p1']!.serviceName).toBe('missing-service-name');
  });

  // The beginnings are Jaeger's.
  test.each([
    { contentType: THRIFT, body: 'garbage', text: /^Unable to process request body: .+\n$/ },
    { contentType: THRIFT, body: '', text: /^Unable to process request body: .+\n$/ },
    { contentType: 'text/plain', body: 'x', text: /^Unsupported content type: text\/plain\n$/ },
    { contentType: '', body: 'x', text: /^Cannot parse content type: mime: no media type\n$/ },
  ])('$contentType $body is 400', async ({ contentType, body, text }) => {
    const collector = await running();
    const answer = await send(collector, contentType, Buffer.from(body));
    expect(answer.status).toBe(400);
    expect(answer.text).toMatch(text);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(collector.stats().spans).toBe(0);
  });

  test('what was read and what was not are counted apart', async () => {
    const collector = await running();
    await send(collector, THRIFT, Buffer.from('garbage'));
    await send(collector, 'text/plain', BODY);
    expect(received(collector, 'thrift-http')).toMatchObject({
      messages: 1,
      malformed: 1,
      refused: 1,
      refusedBy: { 'bad-request': 1 },
    });
  });

  test('a list that claims 2^31 elements is refused', async () => {
    const collector = await running();
    // Batch: 1 process { 1 serviceName "s" } 2 spans: list of structs, 2^31 - 1 of them
    const claim = Buffer.from('0c00010b00010000000173000f00020c7fffffff', 'hex');
    const answer = await send(collector, THRIFT, claim);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('2147483647 elements announced');
  });

  test('other paths, methods and encodings', async () => {
    const collector = await running();
    expect((await ask(urlOf(collector, 'http', '/'))).status).toBe(404);
    expect((await ask(urlOf(collector, 'http', '/api/traces'))).status).toBe(405);
    const unknown = await send(collector, THRIFT, BODY, { 'content-encoding': 'zstd' });
    expect([unknown.status, unknown.text]).toEqual([400, 'unsupported Content-Encoding: zstd\n']);
    const broken = await send(collector, THRIFT, BODY, { 'content-encoding': 'gzip' });
    expect(broken.status).toBe(400);
  });
});
