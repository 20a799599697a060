import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { afterEach, describe, expect, test } from 'vitest';
import type { Collector } from '../../../src/index.js';
import { protobufOf, REQUEST, requestOf } from '../otlp/request.js';
import { ask, post, query, received, running, urlOf } from '../running.js';

const JSON_BODY = 'application/json';
const PROTOBUF = 'application/x-protobuf';
const TRACE_ID = 'a1b2c3d4e5f60718';
const body = JSON.stringify(REQUEST);

/** What Jaeger 2.13 answers for this request, but for the warnings that tell of Go's insides. */
const SHOWN_SPAN = {
  traceID: TRACE_ID,
  spanID: '00000000000000aa',
  operationName: 'root',
  references: [
    { refType: 'CHILD_OF', traceID: TRACE_ID, spanID: '00000000000000ff' },
    {
      refType: 'FOLLOWS_FROM',
      traceID: '0af7651916cd43dd8448eb211c80319c',
      spanID: 'b7ad6b7169203331',
    },
  ],
  startTime: 1_700_000_000_000_001,
  duration: 2_001,
  tags: [
    { key: 'arr', type: 'string', value: '["a\\u003cb\\u003e",2,null]' },
    { key: 'b', type: 'bool', value: false },
    { key: 'by', type: 'binary', value: 'AAH/' },
    { key: 'd', type: 'float64', value: 1.5 },
    { key: 'empty', type: 'string', value: '' },
    { key: 'error', type: 'bool', value: true },
    { key: 'i', type: 'int64', value: '-9223372036854775808' },
    { key: 'kv', type: 'string', value: '{"n":{},"z":"y"}' },
    { key: 'otel.scope.name', type: 'string', value: 'lib' },
    { key: 'otel.scope.version', type: 'string', value: '1.2' },
    { key: 'otel.status_code', type: 'string', value: 'ERROR' },
    { key: 'otel.status_description', type: 'string', value: 'boom' },
    { key: 's', type: 'string', value: 'v' },
    { key: 'span.kind', type: 'string', value: 'server' },
    { key: 'w3c.tracestate', type: 'string', value: 'k=v' },
  ],
  logs: [
    {
      timestamp: 1_700_000_000_000_002,
      fields: [
        { key: 'event', type: 'string', value: 'ev' },
        { key: 'a', type: 'int64', value: 1 },
      ],
    },
  ],
  processID: 'p1',
  warnings: ['invalid parent span IDs=00000000000000ff; skipping clock skew adjustment'],
};

const SHOWN_PROCESS = {
  serviceName: 'otlp-service',
  tags: [{ key: 'host.name', type: 'string', value: 'h' }],
};

function expectShown(collector: Collector): void {
  expect(collector.trace(TRACE_ID)).toStrictEqual({
    traceID: TRACE_ID,
    spans: [SHOWN_SPAN],
    processes: { p1: SHOWN_PROCESS },
    warnings: null,
  });
}

describe('POST /v1/traces', () => {
  const url = (collector: Collector): string => urlOf(collector, 'otlpHttp', '/v1/traces');

  test.each([
    { type: JSON_BODY, sent: body },
    { type: `${JSON_BODY}; charset=utf-8`, sent: body },
    { type: PROTOBUF, sent: protobufOf(REQUEST) },
  ])('a request comes back value for value: $type', async ({ type, sent }) => {
    const collector = await running();
    const { status, headers, text } = await post(url(collector), type, sent);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(type.split(';')[0]);
    expect(text).toBe(type === PROTOBUF ? '\n\0' : '{"partialSuccess":{}}');
    expectShown(collector);
    expect(received(collector, 'otlp-http')).toMatchObject({ messages: 1, spans: 1, malformed: 0 });
  });

  test.each(['gzip', 'deflate'] as const)('compressed: %s', async (encoding) => {
    const { deflateSync } = await import('node:zlib');
    const collector = await running();
    const sent = encoding === 'gzip' ? gzipSync(body) : deflateSync(body);
    const { status } = await post(url(collector), JSON_BODY, sent, {
      'content-encoding': encoding,
    });
    expect(status).toBe(200);
    expectShown(collector);
  });

  test('it comes back through /api/v3 as it was sent', async () => {
    const collector = await running();
    await post(url(collector), PROTOBUF, protobufOf(REQUEST));
    const { json } = await query(collector, `/api/v3/traces/${TRACE_ID}?raw_traces=true`);
    const [sent] = REQUEST.resourceSpans;
    const [sentScope] = sent!.scopeSpans;
    const [sentSpan] = sentScope!.spans;
    const byKey = <T extends { key: string }>(pairs: readonly T[]): T[] =>
      [...pairs].sort((a, b) => (a.key < b.key ? -1 : 1));
    expect(json).toEqual({
      result: {
        resourceSpans: [
          {
            resource: { ...sent!.resource, attributes: byKey(sent!.resource.attributes) },
            scopeSpans: [
              {
                scope: sentScope!.scope,
                spans: [{ ...sentSpan!, attributes: byKey(sentSpan!.attributes) }],
              },
            ],
          },
        ],
      },
    });
  });

  test('spans without an id are told, and the others taken', async () => {
    const collector = await running();
    const good = requestOf({}).resourceSpans[0]!;
    const bad = ['', '0'.repeat(32), 'ab'].map((traceId) => requestOf({}, { traceId }));
    const none = requestOf({}, { spanId: '0'.repeat(16) });
    const request = { resourceSpans: [good, ...[...bad, none].map((r) => r.resourceSpans[0]!)] };
    const { status, json } = await post(url(collector), JSON_BODY, JSON.stringify(request));
    expect(status).toBe(200);
    expect(json).toEqual({
      partialSuccess: {
        rejectedSpans: '4',
        errorMessage: 'spans without a valid trace id or span id',
      },
    });
    expect(collector.stats().spans).toBe(1);
    const reply = await fetch(url(collector), {
      method: 'POST',
      headers: { 'content-type': PROTOBUF },
      body: protobufOf(request),
    });
    const r = new BinaryReader(new Uint8Array(await reply.arrayBuffer()));
    expect(r.tag()).toEqual([1, 2]);
    r.uint32();
    expect(r.tag()).toEqual([1, 0]);
    expect(String(r.int64())).toBe('4');
  });

  test('what does not decode is 400, in the encoding of the request', async () => {
    const collector = await running();
    const ofJson = await post(url(collector), JSON_BODY, 'x');
    expect(ofJson.status).toBe(400);
    expect(ofJson.json).toEqual({ code: 3, message: expect.stringContaining('x') });
    const ofProtobuf = await post(url(collector), PROTOBUF, Uint8Array.of(10, 255));
    expect(ofProtobuf.status).toBe(400);
    expect(ofProtobuf.headers.get('content-type')).toBe(PROTOBUF);
    expect(received(collector, 'otlp-http')).toMatchObject({ malformed: 2, spans: 0 });
  });

  // The texts are the OpenTelemetry collector's.
  test('other paths, methods, content types and encodings', async () => {
    const collector = await running();
    expect(await ask(urlOf(collector, 'otlpHttp', '/'))).toMatchObject({
      status: 404,
      text: '404 page not found\n',
    });
    expect(await ask(url(collector))).toMatchObject({
      status: 405,
      text: '405 method not allowed, supported: [POST]\n',
    });
    expect(await post(url(collector), 'text/plain', 'x')).toMatchObject({
      status: 415,
      text: '415 unsupported media type, supported: [application/json, application/x-protobuf]\n',
    });
    const unknown = await post(url(collector), JSON_BODY, 'x', { 'content-encoding': 'foo' });
    expect(unknown.json).toEqual({ code: 3, message: 'unsupported Content-Encoding: foo' });
  });
});

describe('what becomes of what', () => {
  const shown = async (request: object): Promise<NonNullable<ReturnType<Collector['trace']>>> => {
    const collector = await running();
    await post(urlOf(collector, 'otlpHttp', '/v1/traces'), JSON_BODY, JSON.stringify(request));
    return [...collector.traces()][0]!;
  };
  const service = async (attributes: object[]): Promise<string> => {
    const [resource] = requestOf({}).resourceSpans;
    const request = { resourceSpans: [{ ...resource, resource: { attributes } }] };
    return (await shown(request)).processes['p1']!.serviceName;
  };

  test('a service that has no proper name gets Jaeger’s word for it', async () => {
    const named = (value: object): object => ({ key: 'service.name', value });
    expect(await service([])).toBe('missing-service-name');
    expect(await service([named({ stringValue: '' })])).toBe('empty-service-name');
    expect(await service([named({ intValue: '1' })])).toBe('service-name-wrong-type');
  });

  test('kinds and status codes as tags', async () => {
    const tags = async (span: object): Promise<Record<string, unknown>> => {
      const trace = await shown(requestOf({}, { traceState: '', ...span }));
      return Object.fromEntries(trace.spans[0]!.tags.map(({ key, value }) => [key, value]));
    };
    expect(await tags({ kind: 0, status: {} })).toEqual({
      k: '',
      'otel.scope.name': 'lib',
      'otel.scope.version': '1.2',
    });
    expect(await tags({ kind: 1, status: { code: 1 } })).toMatchObject({
      'span.kind': 'internal',
      'otel.status_code': 'OK',
    });
    for (const [kind, name] of ['client', 'producer', 'consumer'].entries()) {
      expect(await tags({ kind: kind + 3 })).toMatchObject({ 'span.kind': name });
    }
    expect(await tags({ kind: 9 })).not.toHaveProperty('span.kind');
  });

  test('an event that has a field of its name keeps the field', async () => {
    const events = [
      { name: 'hidden', attributes: [{ key: 'event', value: { stringValue: 'shown' } }] },
    ];
    const trace = await shown(requestOf({}, { events }));
    expect(trace.spans[0]!.logs[0]!.fields).toEqual([
      { key: 'event', type: 'string', value: 'shown' },
    ]);
  });

  test('a link to the parent is kept beside the parent; one that says child_of is a CHILD_OF', async () => {
    const traceId = '0000000000000000a1b2c3d4e5f60718';
    const childOf = [{ key: 'opentracing.ref_type', value: { stringValue: 'child_of' } }];
    const links = [
      { traceId, spanId: '00000000000000ff' },
      { traceId: 'f'.repeat(32), spanId: '00000000000000fe', attributes: childOf },
    ];
    const { spans } = await shown(requestOf({}, { links }));
    expect(spans[0]!.references.map(({ refType, spanID }) => [refType, spanID])).toEqual([
      ['CHILD_OF', '00000000000000ff'],
      ['FOLLOWS_FROM', '00000000000000ff'],
      ['CHILD_OF', '00000000000000fe'],
    ]);
  });
});

describe('gRPC', () => {
  const clients: grpc.Client[] = [];
  afterEach(() => clients.splice(0).forEach((client) => client.close()));

  const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

  function exportOver(collector: Collector, message: Uint8Array): Promise<Buffer> {
    const { address, port } = collector.address('otlpGrpc')!;
    const client = new grpc.Client(`${address}:${port}`, grpc.credentials.createInsecure());
    clients.push(client);
    const pass = (bytes: Buffer): Buffer => bytes;
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(path, pass, pass, Buffer.from(message), (error, reply) =>
        error ? reject(error) : resolve(reply!),
      );
    });
  }

  test('a request comes back value for value', async () => {
    const collector = await running();
    expect((await exportOver(collector, protobufOf(REQUEST))).toString('hex')).toBe('0a00');
    expectShown(collector);
    expect(received(collector, 'otlp-grpc')).toMatchObject({
      messages: 1,
      spans: 1,
      address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
  });

  test('what does not decode is INVALID_ARGUMENT, and counted', async () => {
    const collector = await running();
    await expect(exportOver(collector, Uint8Array.of(10, 255))).rejects.toMatchObject({
      code: grpc.status.INVALID_ARGUMENT,
    });
    expect(received(collector, 'otlp-grpc')).toMatchObject({ malformed: 1 });
  });

  test('a request past the limit is RESOURCE_EXHAUSTED', async () => {
    const collector = await running({ limits: { maxBodyBytes: 1_000 } });
    const long = requestOf({ stringValue: 'x'.repeat(1_000) });
    await expect(exportOver(collector, protobufOf(long))).rejects.toMatchObject({
      code: grpc.status.RESOURCE_EXHAUSTED,
    });
  });
});
