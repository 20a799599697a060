import {
  BinaryCarrier,
  FORMAT_BINARY,
  FORMAT_HTTP_HEADERS,
  FORMAT_TEXT_MAP,
  Tracer as OpenTracingTracer,
} from 'opentracing';
import { describe, expect, test } from 'vitest';
import type { Extractor, Injector } from '../../../src/core/propagation/codec.js';
import { SpanContext } from '../../../src/core/span-context.js';
import { newTraced } from '../support/traced.js';

describe.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])('%s', (format) => {
  test('a context arrives as it left, and is remote', () => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op').setBaggageItem('user', 'Änn & co');
    const carrier = {};
    tracer.inject(span.context(), format, carrier);
    const arrived = tracer.extract(format, carrier)!;
    expect(arrived.toString()).toBe(span.context().toString());
    expect(arrived.baggage).toStrictEqual({ user: 'Änn & co' });
    expect([arrived.isRemote(), span.context().isRemote()]).toStrictEqual([true, false]);
  });

  test('a span stands for its context', () => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op');
    const carrier = {};
    tracer.inject(span, format, carrier);
    expect(carrier).toStrictEqual({ 'uber-trace-id': span.context().toString() });
  });

  test('contextKey and baggagePrefix rename what stands in the carrier', () => {
    const { tracer } = newTraced({ contextKey: 'X-Trace', baggagePrefix: 'X-Bag-' });
    const carrier = {};
    tracer.inject(tracer.startSpan('op').setBaggageItem('k', 'v'), format, carrier);
    expect(Object.keys(carrier)).toStrictEqual(['x-trace', 'x-bag-k']);
    expect(tracer.extract(format, carrier)!.baggage).toStrictEqual({ k: 'v' });
  });

  test('what cannot be read is an empty context, and counted', () => {
    const { tracer, metrics } = newTraced();
    const context = tracer.extract(format, { 'uber-trace-id': 'junk' })!;
    expect(context.isValid).toBe(false);
    expect(context.isRemote()).toBe(true);
    expect(metrics.get('jaeger:span_context_decoding_errors')).toBe(1);
  });

  test('a carrier that refuses what is written into it hurts nobody', () => {
    const { tracer, logger } = newTraced();
    tracer.inject(tracer.startSpan('op'), format, Object.freeze({}));
    tracer.inject(tracer.startSpan('op'), format, null);
    expect(tracer.caughtErrors()).toStrictEqual({ injector: 2 });
    expect(logger.errors).toHaveLength(1);
  });
});

test('HTTP headers are percent-encoded, a text map is not', () => {
  const { tracer } = newTraced();
  const span = tracer.startSpan('op').setBaggageItem('k', 'a b');
  const [text, http] = [{}, {}];
  tracer.inject(span, FORMAT_TEXT_MAP, text);
  tracer.inject(span, FORMAT_HTTP_HEADERS, http);
  expect(text).toHaveProperty('uberctx-k', 'a b');
  expect(http).toHaveProperty('uberctx-k', 'a%20b');
});

test('the binary format writes nothing and reads null', () => {
  const { tracer } = newTraced();
  const carrier = new BinaryCarrier(new Uint8Array(0));
  tracer.inject(tracer.startSpan('op'), FORMAT_BINARY, carrier);
  expect(carrier.buffer).toHaveLength(0);
  expect(tracer.extract(FORMAT_BINARY, carrier)).toBeNull();
});

describe('an unknown format', () => {
  test.each(['b3', 'constructor', '__proto__', 'toString'])('%s throws', (format) => {
    const { tracer } = newTraced();
    const text = `Unsupported format: ${format}`;
    expect(() => tracer.inject(tracer.startSpan('op'), format, {})).toThrow(new Error(text));
    expect(() => tracer.extract(format, {})).toThrow(new Error(text));
  });

  test('is no matter where there is nothing to inject', () => {
    const { tracer } = newTraced();
    for (const nothing of [null, undefined]) {
      expect(() => tracer.inject(nothing as never, 'unknown', {})).not.toThrow();
    }
  });
});

test("a no-op tracer's context is not injected", () => {
  const carrier = {};
  newTraced().tracer.inject(new OpenTracingTracer().startSpan('noop'), FORMAT_TEXT_MAP, carrier);
  expect(carrier).toStrictEqual({});
});

describe('carrierKeys', () => {
  test.each([FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS])('names what %s reads', (format) => {
    const { tracer } = newTraced();
    const keys = tracer.carrierKeys(format);
    expect(keys).toStrictEqual({ contextKey: 'uber-trace-id', baggagePrefix: 'uberctx-' });
    expect(tracer.carrierKeys(format)).toBe(keys);
  });

  test('are in lower case where they were set', () => {
    const { tracer } = newTraced({ contextKey: 'X-Trace', baggagePrefix: 'X-Bag-' });
    expect(tracer.carrierKeys(FORMAT_TEXT_MAP)).toStrictEqual({
      contextKey: 'x-trace',
      baggagePrefix: 'x-bag-',
    });
  });

  test.each([FORMAT_BINARY, 'unknown', 'constructor', '__proto__'])(
    'are undefined for %s',
    (format) => expect(newTraced().tracer.carrierKeys(format)).toBeUndefined(),
  );

  test('come from an extractor of the application, and its exceptions do not', () => {
    const { tracer } = newTraced();
    const keys = { contextKey: 'line', baggagePrefix: 'line-' };
    const extract = (): null => null;
    tracer.registerExtractor('lines', { extract, carrierKeys: () => keys });
    tracer.registerExtractor('silent', { extract });
    tracer.registerExtractor('broken', {
      extract,
      carrierKeys: () => {
        throw new Error('broken');
      },
    });
    expect(tracer.carrierKeys('lines')).toBe(keys);
    expect(tracer.carrierKeys('silent')).toBeUndefined();
    expect(tracer.carrierKeys('broken')).toBeUndefined();
    expect(tracer.caughtErrors()).toStrictEqual({ extractor: 1 });
  });
});

describe('codecs of the application', () => {
  const codec: Injector & Extractor = {
    inject: (context, carrier) => (carrier as string[]).push(context.toString()),
    extract: (carrier) => SpanContext.fromString((carrier as string[])[0]!),
  };

  test('serve a new format, and replace a known one', () => {
    const { tracer } = newTraced();
    for (const format of ['lines', FORMAT_TEXT_MAP]) {
      tracer.registerInjector(format, codec);
      tracer.registerExtractor(format, codec);
      const carrier: string[] = [];
      const span = tracer.startSpan('op');
      tracer.inject(span, format, carrier);
      expect(carrier).toStrictEqual([span.context().toString()]);
      expect(tracer.extract(format, carrier)!.isRemote()).toBe(true);
    }
  });

  test('that give nothing, or throw, make null', () => {
    const { tracer } = newTraced();
    tracer.registerExtractor('none', { extract: () => undefined });
    tracer.registerExtractor('broken', codec);
    tracer.registerInjector('broken', codec);
    expect(tracer.extract('none', {})).toBeNull();
    expect(tracer.extract('broken', null)).toBeNull();
    expect(() => tracer.inject(tracer.startSpan('op'), 'broken', null)).not.toThrow();
    expect(tracer.caughtErrors()).toStrictEqual({ extractor: 1, injector: 1 });
  });
});
