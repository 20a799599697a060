import type { Metadata, StatusObject } from '@grpc/grpc-js';
import fc from 'fast-check';
import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { COPIES } from '../../support/grpc-copies.js';
import { closedAfterEach, type GrpcRig, type RigOptions } from '../../support/grpc-rig.js';
import { CALL_TYPES, type CallType, type Handlers } from '../../support/grpc-service.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';

const open = closedAfterEach();
const FORMATS = [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS];
const DROPPED = 'jaeger:baggage_items_dropped';

function numbered(count: number, length: number = 1, prefix: string = 'k'): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'v'.repeat(length)]),
  );
}

/** As HTTP/2 counts headers. */
function sizeOf(headers: object): number {
  return Object.entries(headers)
    .flatMap(([name, values]) => [values].flat().map((value) => name.length + String(value).length))
    .reduce((sum, each) => sum + each + 32, 0);
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  /** The last metadata that came. */
  let received: Metadata;
  const handlers: Handlers = {
    unary: (call, callback) => {
      received = call.metadata;
      callback(null, call.request);
    },
  };

  async function opened(options: RigOptions = {}): Promise<{
    rig: GrpcRig;
    metrics: RecordingMetrics;
  }> {
    const metrics = new RecordingMetrics();
    const tracerOptions = { metrics: new Metrics(metrics), ...options.tracerOptions };
    return { rig: await open(copy, { handlers, ...options, tracerOptions }), metrics };
  }

  /** Calls with this baggage and metadata. */
  async function call(
    rig: GrpcRig,
    items: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string | string[]>> = {},
    type: CallType = 'unary',
  ): Promise<StatusObject | undefined> {
    let context = rig.outgoing.tracer.startSpan('parent').context();
    context._setSampled(false);
    for (const [key, value] of Object.entries(items)) context = context.withBaggageItem(key, value);
    const metadata = new copy.grpc.Metadata();
    for (const [key, values] of Object.entries(headers)) {
      for (const value of [values].flat()) metadata.add(key, value);
    }
    const before = JSON.stringify(metadata.toJSON());
    const options = copy.tracing.withParent(context);
    const { status } = await rig.call(type, 'a', { metadata, options });
    expect(JSON.stringify(metadata.toJSON())).toBe(before);
    return status;
  }

  function keysReceived(prefix: string): string[] {
    return Object.keys(received.getMap()).filter((key) => key.startsWith(prefix));
  }

  describe.each(FORMATS)('in %s', (format) => {
    test.each(CALL_TYPES)('150 small items do not fail a %s call', async (type) => {
      const { rig } = await opened({ tracing: { format } });
      expect((await call(rig, numbered(150), {}, type))?.code).toBe(0);
    });

    test('64 items are sent, the first; the others are counted, and logged once', async () => {
      const { rig, metrics } = await opened({ tracing: { format } });
      const expected = Object.keys(numbered(64)).map((key) => `uberctx-${key}`);
      for (let i = 1; i <= 2; i++) {
        expect((await call(rig, numbered(150)))?.code).toBe(0);
        expect(keysReceived('uberctx-')).toStrictEqual(expected);
        expect(metrics.get(DROPPED)).toBe(i * (150 - 64));
      }
      expect(rig.outgoing.logger.errors).toStrictEqual([]);
      expect(rig.outgoing.logger.warnings).toStrictEqual([
        'Baggage over maxBaggage (64 items, 8192 bytes) is not sent. First: uberctx-k64',
      ]);
    });

    test("what the application's metadata takes is subtracted", async () => {
      const { rig } = await opened({ tracing: { format } });
      expect((await call(rig, numbered(64), numbered(50, 1, 'x-')))?.code).toBe(0);
      expect(keysReceived('uberctx-')).toHaveLength(14);
      expect(keysReceived('x-')).toHaveLength(50);
      expect((await call(rig, numbered(64), { 'x-list': Array(60).fill('v') }))?.code).toBe(0);
      expect(keysReceived('uberctx-')).toHaveLength(4);
      expect((await call(rig, numbered(64), numbered(100, 1, 'x-')))?.code).toBe(0);
      expect(keysReceived('uberctx-')).toHaveLength(0);
      expect(received.get('uber-trace-id')).toHaveLength(1);
      expect((await call(rig, numbered(64), { 'x-large': 'v'.repeat(6500) }))?.code).toBe(0);
      expect(keysReceived('uberctx-').length).toBeGreaterThan(5);
      expect(keysReceived('uberctx-').length).toBeLessThan(15);
    });

    test('metadata that came with a call and is passed on counts once', async () => {
      const { rig } = await opened({ tracing: { format } });
      const came = Object.fromEntries(
        Object.entries(numbered(60)).map(([key, value]) => [`uberctx-${key}`, value]),
      );
      const headers = { ...came, 'uber-trace-id': '1:1:0:1' };
      expect((await call(rig, numbered(60, 2), headers))?.code).toBe(0);
      expect(keysReceived('uberctx-')).toHaveLength(60);
      expect(received.get('uberctx-k7')).toStrictEqual(['vv']);
    });

    test('what came with a call does not stay where the new value is left behind', async () => {
      const { rig } = await opened({
        tracing: { format },
        tracerOptions: { maxBaggage: { items: 1 } },
      });
      const headers = { 'uberctx-a': 'old', 'uberctx-b': 'old', 'x-user': 'ann' };
      expect((await call(rig, { b: 'new', a: 'new' }, { 'uberctx-a': 'old' }))?.code).toBe(0);
      expect(received.getMap()).toMatchObject({ 'uberctx-b': 'new' });
      expect(keysReceived('uberctx-')).toStrictEqual(['uberctx-b']);
      expect((await call(rig, { a: 'new' }, headers))?.code).toBe(0);
    });
  });

  test('150 headers that came with an HTTP request do not fail the call behind it', async () => {
    const { rig } = await opened();
    const incoming = Object.fromEntries(
      Object.entries(numbered(150)).map(([key, value]) => [`uberctx-${key}`, value]),
    );
    const { tracer } = rig.outgoing;
    const context = tracer.extract(FORMAT_HTTP_HEADERS, {
      ...incoming,
      'uber-trace-id': 'a:b:0:1',
    });
    const options = copy.tracing.withParent(context);
    expect((await rig.call('unary', 'a', { options })).status?.code).toBe(0);
    expect(keysReceived('uberctx-')).toHaveLength(64);
  });

  test('maxBaggage is what the tracer says', async () => {
    const maxBaggage = { items: 3, bytes: 200 };
    const { rig } = await opened({ tracerOptions: { maxBaggage } });
    expect((await call(rig, numbered(10)))?.code).toBe(0);
    expect(keysReceived('uberctx-').length).toBeGreaterThan(0);
    expect(keysReceived('uberctx-').length).toBeLessThanOrEqual(3);
  });

  test('a tracer that is not ours has the default, and its log says so', async () => {
    const { rig } = await opened();
    const { tracer } = rig.outgoing;
    const client = new copy.grpc.Client(rig.target, copy.grpc.credentials.createInsecure(), {
      interceptors: [
        copy.tracing.clientInterceptor({
          tracer: {
            startSpan: (name: string, options?: object) => tracer.startSpan(name, options),
            inject: (context: object, format: string, carrier: unknown) =>
              tracer.inject(context as never, format, carrier),
            extract: () => null,
          },
          logger: rig.outgoing.logger,
        }),
      ],
    });
    const foreign = Object.assign(Object.create(rig) as GrpcRig, { client });
    for (let i = 0; i < 2; i++) expect((await call(foreign, numbered(150)))?.code).toBe(0);
    expect(keysReceived('uberctx-')).toHaveLength(64);
    expect(rig.outgoing.logger.errors).toStrictEqual([
      'gRPC tracing: inject: baggage over the limit (64 items, 8192 bytes) is not sent. First: uberctx-k64',
    ]);
    client.close();
  });

  test('no baggage fails a call, and what is left behind is counted', async () => {
    const { rig, metrics } = await opened();
    const value = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.nat(2500).map((length) => 'x'.repeat(length)),
    );
    const key = fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom('a-bin', 'grpc-x', 'A_b'));
    const many = fc
      .tuple(fc.nat(180), value)
      .map(([count, text]) =>
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, text])),
      );
    const items = fc.oneof(fc.dictionary(key, value, { maxKeys: 10 }), many);
    // What goes through without tracing: Node takes 128 pairs, of which gRPC needs about ten.
    const own = fc
      .tuple(fc.integer({ min: 0, max: 110 }), fc.nat(60))
      .map(([count, length]) => numbered(count, length, 'x-'));
    await fc.assert(
      fc.asyncProperty(items, own, async (baggage, headers) => {
        const before = metrics.get(DROPPED);
        const status = await call(rig, baggage, headers);
        expect(status).toMatchObject({ code: 0 });
        expect(keysReceived('x-')).toHaveLength(Object.keys(headers).length);
        const set = new Set(
          Object.keys(baggage).map((each) => each.trim().replaceAll('_', '-').toLowerCase()),
        );
        const sent = keysReceived('uberctx-').length;
        expect(sent + metrics.get(DROPPED) - before).toBe(set.size);
        const size = sizeOf(received.toHttp2Headers());
        const application = sizeOf(headers);
        expect(size).toBeLessThanOrEqual(Math.max(8192, application + 500));
      }),
      { seed: 20_261_128, numRuns: 120 },
    );
  });

  test('baggage that metadata cannot carry is counted too', async () => {
    const { rig, metrics } = await opened();
    const status = await call(
      rig,
      { k: 'São Paulo', 'a-bin': 'v', ok: 'v' },
      { 'uberctx-k': 'old' },
    );
    expect(status?.code).toBe(0);
    expect(keysReceived('uberctx-')).toStrictEqual(['uberctx-ok']);
    expect(metrics.get(DROPPED)).toBe(2);
  });
});
