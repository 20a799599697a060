import { createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { TextMapCodec } from '../../../../src/core/propagation/text-map-codec.js';
import type { Tracer } from '../../../../src/core/tracer/tracer.js';
import { THROWING_LOGGER } from '../../support/recording-logger.js';
import { THROWING_METRICS } from '../../support/recording-metrics.js';
import { newTraced, type Traced, type TracedOptions } from '../../support/traced.js';

const DROPPED = 'jaeger:baggage_items_dropped';

/** The baggage headers of a context with these items. */
function sent(
  tracer: Tracer,
  items: Readonly<Record<string, string>>,
  format: string = FORMAT_HTTP_HEADERS,
): Record<string, string> {
  const span = tracer.startSpan('op');
  const carrier: Record<string, string> = {};
  let context = span.context();
  for (const [key, value] of Object.entries(items)) context = context.withBaggageItem(key, value);
  tracer.inject(context, format, carrier);
  const { 'uber-trace-id': id, ...baggage } = carrier;
  expect(id).toBe(String(span.context()));
  return baggage;
}

function numbered(count: number, length: number = 1): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v'.repeat(length)]));
}

function sizeOf(headers: Record<string, string>): number {
  return Object.entries(headers).reduce(
    (sum, [key, value]) => sum + key.length + value.length + 32,
    0,
  );
}

describe('in HTTP headers', () => {
  test('64 items are sent, the first; the others are counted, and logged once', () => {
    const { tracer, metrics, logger } = newTraced();
    const expected = Object.keys(numbered(64)).map((key) => `uberctx-${key}`);
    for (let i = 1; i <= 3; i++) {
      expect(Object.keys(sent(tracer, numbered(150)))).toStrictEqual(expected);
      expect(metrics.get(DROPPED)).toBe(i * (150 - 64));
    }
    expect(logger.warnings).toStrictEqual([
      'Baggage over maxBaggage (64 items, 8192 bytes) is not sent. First: uberctx-k64',
    ]);
  });

  test('8,192 bytes are sent: keys, encoded values, 32 for each item', () => {
    const { tracer, metrics } = newTraced();
    // 10 + 984 + 32 = 1026
    const headers = sent(tracer, numbered(9, 984));
    expect(Object.keys(headers)).toHaveLength(7);
    expect(sizeOf(headers)).toBeLessThanOrEqual(8192);
    expect(metrics.get(DROPPED)).toBe(2);
    const exact = newTraced().tracer;
    expect(Object.keys(sent(exact, numbered(8, 982)))).toHaveLength(8);
    expect(Object.keys(sent(exact, numbered(8, 983)))).toHaveLength(7);
  });

  test('values count as they are encoded', () => {
    const { tracer } = newTraced();
    const headers = sent(tracer, { big: '日'.repeat(910), small: 'v' });
    expect(Object.keys(headers)).toStrictEqual(['uberctx-small']);
    expect(Object.keys(sent(tracer, { big: '日'.repeat(900) }))).toHaveLength(1);
  });

  test('one that does not fit stays behind, and smaller ones after it are sent', () => {
    const { tracer } = newTraced();
    const items = { a: 'v', large: 'v'.repeat(9000), b: 'v' };
    expect(Object.keys(sent(tracer, items))).toStrictEqual(['uberctx-a', 'uberctx-b']);
  });

  test.each(['a b', 'a:b', 'schlüssel', 'a\nb', 'a/b', '"', '日'])(
    'an item under the key %j, which is no header name, stays behind',
    (key) => {
      const { tracer, metrics, logger } = newTraced();
      for (let i = 0; i < 2; i++) {
        expect(sent(tracer, { [key]: 'v', other: 'w' })).toStrictEqual({ 'uberctx-other': 'w' });
      }
      expect(metrics.get(DROPPED)).toBe(2);
      expect(logger.warnings).toStrictEqual([
        `Baggage whose key is no HTTP header name is not sent. First: uberctx-${key}`,
      ]);
      expect(sent(tracer, { [key]: 'v' }, FORMAT_TEXT_MAP)).toStrictEqual({
        [`uberctx-${key}`]: 'v',
      });
    },
  );

  test('150 headers that came are all in the context, and 64 are passed on', () => {
    const { tracer } = newTraced();
    const incoming = Object.fromEntries(
      Object.entries(numbered(150)).map(([key, value]) => [`uberctx-${key}`, value]),
    );
    const context = tracer.extract(FORMAT_HTTP_HEADERS, {
      ...incoming,
      'uber-trace-id': 'a:b:0:1',
    });
    expect(Object.keys(context!.baggage)).toHaveLength(150);
    const carrier = {};
    tracer.inject(context!, FORMAT_HTTP_HEADERS, carrier);
    expect(Object.keys(carrier)).toHaveLength(65);
  });

  test('a codec of its own has the limit too', () => {
    const codec = new TextMapCodec({ urlEncoding: true, maxBaggage: { items: 2 } });
    const context = newTraced().tracer.startSpan('op').context();
    context.baggage = numbered(3);
    const carrier = {};
    codec.inject(context, carrier);
    expect(Object.keys(carrier)).toStrictEqual(['uber-trace-id', 'uberctx-k0', 'uberctx-k1']);
  });
});

test('in text maps there is no limit', () => {
  const { tracer, metrics, logger } = newTraced({ maxBaggage: { items: 1, bytes: 100 } });
  const headers = sent(tracer, numbered(500, 1000), FORMAT_TEXT_MAP);
  expect(Object.keys(headers)).toHaveLength(500);
  expect(metrics.get(DROPPED)).toBe(0);
  expect(logger.warnings).toStrictEqual([]);
});

describe('maxBaggage', () => {
  test.each<[TracedOptions['maxBaggage'], number]>([
    [undefined, 64],
    [null, 64],
    [{}, 64],
    [{ items: 3 }, 3],
    [{ items: 0 }, 0],
    [{ items: 1000 }, 100],
    [{ bytes: 100 }, 2],
    [{ bytes: 0 }, 0],
    [{ items: 5, bytes: 100_000 }, 5],
    [{ items: -1, bytes: Number.NaN }, 64],
    [{ items: 'x' as never }, 64],
  ])('%j sends %i of 100 items', (maxBaggage, count) => {
    const { tracer } = newTraced({ maxBaggage });
    expect(Object.keys(sent(tracer, numbered(100)))).toHaveLength(count);
  });
});

test('metrics or a logger that throw do not keep the context from being sent', () => {
  const { tracer } = newTraced({ logger: THROWING_LOGGER, metrics: new Metrics(THROWING_METRICS) });
  expect(Object.keys(sent(tracer, numbered(65)))).toHaveLength(64);
});

test('whatever the baggage, Node sends the request, and its server takes it', async () => {
  const traced: Traced = newTraced();
  const server = createServer((incoming, response) => {
    response.end(
      JSON.stringify(traced.tracer.extract(FORMAT_HTTP_HEADERS, incoming.headers)?.baggage),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
  const value = fc.oneof(
    text,
    fc.nat(3000).map((length) => 'ä'.repeat(length)),
  );
  const items = fc.oneof(
    fc.dictionary(text, value, { maxKeys: 8 }),
    fc
      .nat(180)
      .chain((n) =>
        value.map((v) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${i}`, v]))),
      ),
  );
  await fc.assert(
    fc.asyncProperty(items, async (baggage) => {
      const headers = sent(traced.tracer, baggage);
      const outgoing = request({ port, host: '127.0.0.1', headers });
      outgoing.end();
      const [answer] = await once(outgoing, 'response');
      expect(answer.statusCode).toBe(200);
      let body = '';
      for await (const chunk of answer.setEncoding('utf8')) body += chunk;
      expect(Object.keys(JSON.parse(body))).toHaveLength(Object.keys(headers).length);
    }),
    { seed: 20_261_128, numRuns: 150 },
  );
  server.close();
});
