import { createServer, request } from 'node:http';
import { connect, createServer as createServer2 } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { TextMapCodec } from '../../../../src/core/propagation/text-map-codec.js';
import { nodePlatform } from '../../../../src/node/platform/platform.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';

const CODECS: readonly [string, TextMapCodec][] = [
  ['text', new TextMapCodec()],
  ['HTTP', new TextMapCodec({ urlEncoding: true })],
];
const [TEXT, HTTP] = [CODECS[0]![1], CODECS[1]![1]];

const OLD = '1:2:0:1';
const NEW = 'a:b:0:1';

describe.each(CODECS)('a context that came twice, in %s', (_name, codec) => {
  test.each<[unknown, string]>([
    [`${OLD}, ${NEW}`, NEW],
    [`${OLD},${NEW}`, NEW],
    [`${OLD} ,\t${NEW} `, NEW],
    [`${NEW}, junk`, NEW],
    [`${NEW}, `, NEW],
    [`, ${NEW}`, NEW],
    [`junk, ${NEW}, , 0:0:0:0`, NEW],
    [`${OLD}, ${OLD}, ${OLD}, ${NEW}`, NEW],
    [Array(20).fill(OLD).concat(NEW).join(', '), NEW],
    [`${'x'.repeat(200)}, ${NEW}`, NEW],
    [`${NEW}, ${'x'.repeat(200)}`, NEW],
    [[OLD, NEW], NEW],
    [[NEW, 'junk'], NEW],
    [[NEW, undefined, {}, null], NEW],
    [[`${OLD}, ${NEW}`, 'junk, '], NEW],
    [[NEW], NEW],
    [vm.runInNewContext(`['${OLD}', '${NEW}']`), NEW],
  ])('%j: the last part that parses counts', (header, context) => {
    const metrics = new RecordingMetrics();
    const urlEncoding = codec === HTTP;
    const counting = new TextMapCodec({ urlEncoding, metrics: new Metrics(metrics) });
    expect(counting.extract({ 'uber-trace-id': header }).toString()).toBe(context);
    expect(metrics.counted).toStrictEqual({});
  });

  test.each<[unknown]>([
    ['junk, junk'],
    [','],
    [','.repeat(1_000_000)],
    [[]],
    [[[NEW]]],
    [['junk', {}]],
    [Array.from({ length: 100_000 }, () => 'junk')],
  ])('%#: with no part that parses it is counted once', (header) => {
    const metrics = new RecordingMetrics();
    const counting = new TextMapCodec({ metrics: new Metrics(metrics) });
    expect(counting.extract({ 'uber-trace-id': header }).isValid).toBe(false);
    expect(metrics.counted).toStrictEqual({ 'jaeger:span_context_decoding_errors': 1 });
  });
});

test('in HTTP each part is percent-encoded by itself', () => {
  const header = `${encodeURIComponent(OLD)}, ${encodeURIComponent(NEW)}`;
  expect(HTTP.extract({ 'uber-trace-id': header }).toString()).toBe(NEW);
});

describe('baggage that came twice', () => {
  test.each<[unknown, string]>([
    ['5, 5', '5'],
    ['5,6', '6'],
    ['a%2Cb, c%2C%20d', 'c, d'],
    ['a%2Cb', 'a,b'],
    ['5, ', ''],
    ['ok, %zz', 'ok'],
    ['%zz, %ff', '%ff'],
    [['5', '6'], '6'],
    [['ok', '%zz'], 'ok'],
    [['5, 6', '7, 8'], '8'],
    [['5', undefined], '5'],
  ])('in HTTP, as %j', (header, value) => {
    expect(HTTP.extract({ 'uberctx-user': header }).baggage).toStrictEqual({ user: value });
  });

  test.each<[unknown, string]>([
    ['5, 5', '5, 5'],
    ['Bern, CH', 'Bern, CH'],
    [' a ', ' a '],
    [['Bern, CH', 'Basel, CH'], 'Basel, CH'],
    [['5', {}], '5'],
  ])('in text, as %j, keeps its commas', (header, value) => {
    expect(TEXT.extract({ 'uberctx-user': header }).baggage).toStrictEqual({ user: value });
  });

  test.each(CODECS)('in %s a list is joined where it is a list: jaeger-baggage', (_name, codec) => {
    const header = ['k=v', 'k2=v2, k3=v3'];
    expect(codec.extract({ 'jaeger-baggage': header }).baggage).toStrictEqual({
      k: 'v',
      k2: 'v2',
      k3: 'v3',
    });
  });

  test('jaeger-debug-id is what it is', () => {
    expect(HTTP.extract({ 'jaeger-debug-id': 'why, oh why' }).debugId).toBe('why, oh why');
    expect(HTTP.extract({ 'jaeger-debug-id': ['first', 'last'] }).debugId).toBe('last');
  });
});

test('what is joined is the last that was joined', () => {
  const values = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.constantFrom(', ', ',', ' , '), (texts, separator) => {
      const encoded = texts.map((text) => encodeURIComponent(text));
      const last = texts.at(-1);
      expect(HTTP.extract({ 'uberctx-k': encoded.join(separator) }).baggage['k']).toBe(last);
      expect(HTTP.extract({ 'uberctx-k': encoded }).baggage['k']).toBe(last);
      expect(TEXT.extract({ 'uberctx-k': texts }).baggage['k']).toBe(last);
    }),
    { seed: 20_261_128, numRuns: 300 },
  );
});

describe('two headers of one name', () => {
  const headers = { 'uber-trace-id': [OLD, NEW], 'uberctx-user': ['old', 'new'] };
  const expectLast = (received: unknown): void => {
    const context = HTTP.extract(received);
    expect([context.toString(), context.baggage]).toStrictEqual([NEW, { user: 'new' }]);
  };

  test("from Node's HTTP/1 server", async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const outgoing = request({ port, host: '127.0.0.1', headers });
    outgoing.end();
    const [incoming, response] = await once(server, 'request');
    response.end();
    const [answer] = await once(outgoing, 'response');
    answer.resume();
    expectLast(incoming.headers);
    expectLast(incoming.headersDistinct);
    server.close();
  });

  test("from Node's HTTP/2 server", async () => {
    const server = createServer2().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const stream = session.request(headers);
    const [incoming, received] = await once(server, 'stream');
    expectLast(received);
    incoming.respond();
    incoming.end();
    stream.resume();
    await once(stream, 'close');
    session.close();
    server.close();
  });
});

describe.each([
  ['core', undefined],
  ['Node', nodePlatform.readUtf8],
])('bytes, read by %s', (_name, readUtf8) => {
  const codec = new TextMapCodec({ readUtf8 });
  const bytesOf: readonly [string, (text: string) => unknown][] = [
    ['a Buffer', (text) => Buffer.from(text)],
    ['a Uint8Array', (text) => new TextEncoder().encode(text)],
    ['a view into a larger buffer', (text) => Buffer.from(`xx${text}yy`).subarray(2, -2)],
    ['a Uint8Array of another realm', (text) => inRealm(text)],
    ['a DataView', (text) => new DataView(new TextEncoder().encode(text).buffer)],
    ['an ArrayBuffer', (text) => new TextEncoder().encode(text).buffer],
    ['a list of Buffers', (text) => [Buffer.from('junk'), Buffer.from(text)]],
    ['a list of Uint8Arrays', (text) => [new TextEncoder().encode(text)]],
    ['a list of another realm', (text) => vm.runInNewContext('[bytes]', { bytes: inRealm(text) })],
    ['text and bytes', (text) => ['junk', new TextEncoder().encode(text)]],
  ];

  test.each(bytesOf)('%s as the context, baggage and debug id', (_what, make) => {
    const context = codec.extract({
      'uber-trace-id': make(NEW),
      'uberctx-city': make('São Paulo \u{1f600}'),
      'jaeger-debug-id': make('ticket'),
      'jaeger-baggage': make('k=v, k2=日本'),
    });
    expect(context.toString()).toBe(NEW);
    expect(context.baggage).toMatchObject({ city: 'São Paulo \u{1f600}', k: 'v', k2: '日本' });
    expect(context.debugId).toBe('ticket');
  });

  test('that joined headers made', () => {
    const header = Buffer.from(`${OLD}, ${NEW}`);
    expect(codec.extract({ 'uber-trace-id': header }).toString()).toBe(NEW);
    const http = new TextMapCodec({ urlEncoding: true, readUtf8 });
    expect(http.extract({ 'uberctx-k': Buffer.from('a, b%20c') }).baggage).toStrictEqual({
      k: 'b c',
    });
  });

  test.each<[string, unknown, number]>([
    ['malformed bytes', Buffer.from([0x61, 0xff, 0x3a]), 1],
    [
      'malformed bytes in an id',
      Buffer.from([...Buffer.from('a'), 0xc3, ...Buffer.from(':b:0:1')]),
      1,
    ],
    ['no bytes', new Uint8Array(0), 1],
    ['ten megabytes', new Uint8Array(10 * 1024 * 1024).fill(0x61), 1],
    ['numbers', [97, 98], 1],
    ['a good one before a bad one', [Buffer.from(NEW), Buffer.from([0xff])], 0],
  ])('%s as the context', (_what, header, errors) => {
    const metrics = new RecordingMetrics();
    const counting = new TextMapCodec({ readUtf8, metrics: new Metrics(metrics) });
    const context = counting.extract({ 'uber-trace-id': header });
    expect(context.isValid).toBe(errors === 0);
    const counted = errors === 0 ? {} : { 'jaeger:span_context_decoding_errors': errors };
    expect(metrics.counted).toStrictEqual(counted);
  });

  test('malformed bytes in baggage are U+FFFD, and the context stays', () => {
    const metrics = new RecordingMetrics();
    const counting = new TextMapCodec({ readUtf8, metrics: new Metrics(metrics) });
    const context = counting.extract({
      'uber-trace-id': Buffer.from(NEW),
      'uberctx-k': Buffer.from([0x61, 0xff, 0x62]),
      'uberctx-long': new Uint8Array(10 * 1024 * 1024).fill(0x61),
    });
    expect(context.toString()).toBe(NEW);
    expect(context.baggage).toStrictEqual({ k: 'a\ufffdb' });
    expect(metrics.counted).toStrictEqual({});
  });

  test('inject gives text', () => {
    const carrier: Record<string, unknown> = {};
    const headers = { 'uber-trace-id': Buffer.from(NEW), 'uberctx-k': Buffer.from('v') };
    codec.inject(codec.extract(headers), carrier);
    expect(carrier).toStrictEqual({ 'uber-trace-id': NEW, 'uberctx-k': 'v' });
  });
});

/** A Uint8Array that another realm made, over bytes of its own. */
function inRealm(text: string): unknown {
  const codes = JSON.stringify([...Buffer.from(text)]);
  return vm.runInNewContext(`Uint8Array.from(${codes})`);
}
