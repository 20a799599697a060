import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { BinaryCodec } from '../../../../src/core/propagation/binary-codec.js';
import { TextMapCodec } from '../../../../src/core/propagation/text-map-codec.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { SpanContext as NodeSpanContext } from '../../../../src/node/tracer/span-context.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';

const TEXT = new TextMapCodec();
const HTTP = new TextMapCodec({ urlEncoding: true });

/** A context with baggage. */
function contextWith(baggage: Record<string, string>): SpanContext {
  const context = SpanContext.fromString('a:b:c:1')!;
  context.baggage = baggage;
  return context;
}

function injected(codec: TextMapCodec, context: SpanContext): Record<string, string> {
  const carrier: Record<string, string> = {};
  codec.inject(context, carrier);
  return carrier;
}

describe('inject', () => {
  test.each<[string, TextMapCodec, string, string]>([
    ['text', TEXT, 'a b&c=ä', 'a b&c=ä'],
    ['HTTP', HTTP, 'a b&c=ä', 'a%20b%26c%3D%C3%A4'],
    ['text', TEXT, '100%', '100%'],
    ['HTTP', HTTP, '100%', '100%25'],
    ['HTTP', HTTP, '\ud83d\ude00', '%F0%9F%98%80'],
    ['HTTP', HTTP, 'x\ud800y', 'x%EF%BF%BDy'],
    ['HTTP', HTTP, '\udc00\ud83d\ude00\ud83d', '%EF%BF%BD%F0%9F%98%80%EF%BF%BD'],
  ])('baggage in %s', (_name, codec, value, text) => {
    expect(injected(codec, contextWith({ 'user-id': value }))).toStrictEqual({
      'uber-trace-id': 'a:b:c:1',
      'uberctx-user-id': text,
    });
  });

  test('the context is never encoded', () => {
    expect(injected(HTTP, contextWith({}))).toStrictEqual({ 'uber-trace-id': 'a:b:c:1' });
  });

  test('writes own baggage alone, under any key', () => {
    const baggage = Object.create({ inherited: 'x' }) as Record<string, string>;
    Object.defineProperty(baggage, '__proto__', { value: 'p', enumerable: true });
    expect(Object.entries(injected(TEXT, contextWith(baggage)))).toStrictEqual([
      ['uber-trace-id', 'a:b:c:1'],
      ['uberctx-__proto__', 'p'],
    ]);
  });

  test('a context without ids is written as jaeger-client writes it', () => {
    expect(injected(TEXT, new SpanContext())).toStrictEqual({
      'uber-trace-id': 'undefined:undefined:0:0',
    });
  });

  test('leaves what else is in the carrier', () => {
    const carrier = { accept: '*/*', 'uber-trace-id': 'old' };
    HTTP.inject(contextWith({}), carrier);
    expect(carrier).toStrictEqual({ accept: '*/*', 'uber-trace-id': 'a:b:c:1' });
  });
});

describe('extract', () => {
  test('finds its keys in any case; baggage keeps the case of its own', () => {
    const context = TEXT.extract({ 'Uber-Trace-ID': 'A:B:0:3', 'UBERCTX-User': 'Ann' });
    expect(context.toString()).toBe('a:b:0:3');
    expect(context.baggage).toStrictEqual({ User: 'Ann' });
  });

  test.each<[string, TextMapCodec, string, string]>([
    ['text', TEXT, 'a%20b', 'a%20b'],
    ['HTTP', HTTP, 'a%20b', 'a b'],
    ['HTTP', HTTP, '100%', '100%'],
    ['HTTP', HTTP, '%ff', '%ff'],
    ['HTTP', HTTP, 'a+b', 'a+b'],
    ['HTTP', HTTP, '', ''],
  ])('decodes baggage in %s', (_name, codec, text, value) => {
    expect(codec.extract({ 'uberctx-k': text }).baggage).toStrictEqual({ k: value });
  });

  test('decodes the context in HTTP', () => {
    const carrier = { 'uber-trace-id': 'a%3Ab%3A0%3A1' };
    expect(HTTP.extract(carrier).toString()).toBe('a:b:0:1');
    expect(TEXT.extract(carrier).isValid).toBe(false);
  });

  test('jaeger-debug-id', () => {
    const context = HTTP.extract({ 'Jaeger-Debug-Id': 'why%20slow' });
    expect(context.isDebugIDContainerOnly()).toBe(true);
    expect(context.debugId).toBe('why slow');
    expect(TEXT.extract({ 'jaeger-debug-id': 'x', 'uber-trace-id': 'a:b:0:1' }).debugId).toBe('x');
  });

  test.each([
    ['k=v', { k: 'v' }],
    ['k=v, k2=v2', { k: 'v', k2: 'v2' }],
    ['k=v,junk,a=b=c,=x,y=', { k: 'v', '': 'x', y: '' }],
    ['', {}],
    [',,', {}],
    ['Key=V', { Key: 'V' }],
  ])('jaeger-baggage: %s', (header, baggage) => {
    expect(TEXT.extract({ 'jaeger-baggage': header }).baggage).toStrictEqual(baggage);
  });

  test('jaeger-baggage is decoded as a whole in HTTP', () => {
    expect(HTTP.extract({ 'jaeger-baggage': 'k%3Dv%2Ck2=v2' }).baggage).toStrictEqual({
      k: 'v',
      k2: 'v2',
    });
  });

  test('nothing is an empty context', () => {
    const context = TEXT.extract({ accept: '*/*' });
    expect(context).toBeInstanceOf(SpanContext);
    expect(context.isValid).toBe(false);
    expect([context.baggage, context.debugId]).toStrictEqual([{}, '']);
  });

  test.each(['junk', 'a:b:c', '0:b:0:1', '', ' a:b:0:1'])('%j is counted', (text) => {
    const metrics = new RecordingMetrics();
    const codec = new TextMapCodec({ metrics: new Metrics(metrics) });
    const context = codec.extract({ 'uber-trace-id': text, 'uberctx-k': 'v' });
    expect(context.isValid).toBe(false);
    expect(context.baggage).toStrictEqual({ k: 'v' });
    expect(metrics.counted).toStrictEqual({ 'jaeger:span_context_decoding_errors': 1 });
  });

  test('a header that came twice: the last one counts', () => {
    const context = TEXT.extract({
      'uber-trace-id': ['1:1:0:1', 'a:b:0:1'],
      'uberctx-k': ['x', 'y'],
    });
    expect(context.toString()).toBe('a:b:0:1');
    expect(context.baggage).toStrictEqual({ k: 'y' });
  });
});

describe('options', () => {
  test('names are lower-cased; null is the default', () => {
    const codec = new TextMapCodec({ contextKey: 'X-Trace', baggagePrefix: 'X-Bag-' });
    expect(injected(codec, contextWith({ k: 'v' }))).toStrictEqual({
      'x-trace': 'a:b:c:1',
      'x-bag-k': 'v',
    });
    expect(codec.extract({ 'X-TRACE': 'a:b:0:1' }).isValid).toBe(true);
    expect(codec.extract({ 'uber-trace-id': 'a:b:0:1' }).isValid).toBe(false);
    const usual = new TextMapCodec({ contextKey: null, baggagePrefix: null });
    expect(injected(usual, contextWith({}))).toHaveProperty('uber-trace-id');
  });

  test('contextClass and padIds are those of the contexts it makes', () => {
    const codec = new TextMapCodec({ contextClass: NodeSpanContext, padIds: true });
    const context = codec.extract({ 'uber-trace-id': 'a:b:0:1' });
    expect(context).toBeInstanceOf(NodeSpanContext);
    expect(context.spanIdStr).toBe('000000000000000b');
    expect(codec.extract({})).toBeInstanceOf(NodeSpanContext);
  });
});

test('the binary codec writes nothing and reads null', () => {
  const carrier = {};
  new BinaryCodec().inject(contextWith({ k: 'v' }), carrier);
  expect(carrier).toStrictEqual({});
  expect(new BinaryCodec().extract(carrier)).toBeNull();
});
