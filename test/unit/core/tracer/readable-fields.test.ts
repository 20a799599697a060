import { REFERENCE_FOLLOWS_FROM, Reference } from 'opentracing';
import { describe, expect, test } from 'vitest';
import type { FinishedSpan } from '../../../../src/core/span/finished-span.js';
import { constantTags } from '../../../../src/core/span/constant-tags.js';
import { newTraced } from '../../support/traced.js';

// Programs written for jaeger-client 3.19 read these fields.

describe('a span', () => {
  const { tracer, reporter } = newTraced();
  const parent = tracer.startSpan('parent').context();
  const references = [new Reference(REFERENCE_FOLLOWS_FROM, parent)];
  const span = tracer.startSpan('op', { references, startTime: 1000.25, tags: { k: 'v' } });
  span.log({ event: 'e', n: 1 }, 1000.5).setTag('k', 2);
  span.finish(1002);

  test('has tags and logs in the shape of jaeger-client', () => {
    const sampler = [
      { key: 'sampler.type', value: 'const' },
      { key: 'sampler.param', value: true },
    ];
    const root = tracer.startSpan('root').setTag('k', 'v');
    expect(root._tags).toStrictEqual([...sampler, { key: 'k', value: 'v' }]);
    expect(span._tags).toStrictEqual([
      { key: 'k', value: 'v' },
      { key: 'k', value: 2 },
    ]);
    expect(span._logs).toStrictEqual([
      {
        timestamp: 1000.5,
        fields: [
          { key: 'event', value: 'e' },
          { key: 'n', value: 1 },
        ],
      },
    ]);
  });

  test('has name, times in milliseconds, references, context, tracer and logger', () => {
    expect(span).toMatchObject({
      _operationName: 'op',
      _startTime: 1000.25,
      _duration: 1.75,
      _references: references,
    });
    expect(span._spanContext).toBe(span.context());
    expect(Reflect.get(span, '_tracer')).toBe(tracer);
    expect(span._logger).toBe(tracer._logger);
  });

  test('has empty lists where there is nothing', () => {
    const child = tracer.startSpan('op', { childOf: parent });
    expect([child._tags, child._logs, child._references]).toStrictEqual([[], [], []]);
    expect(child._duration).toBeUndefined();
  });

  test('is what encoders read, without a copy', () => {
    const view: FinishedSpan = span;
    expect(reporter.spans[0]).toBe(span);
    expect(view).toMatchObject({
      operationName: 'op',
      startTime: 1000.25,
      duration: 1.75,
      references,
      samplerTags: undefined,
      startTags: undefined,
      ownTags: ['k', 'v', 'k', 2],
      flatLogs: [1000.5, 2, 'event', 'e', 'n', 1],
    });
  });

  test('shows tags of the sampler, then constant ones, then its own', () => {
    const root: FinishedSpan = tracer
      .startSpan('root', { tags: constantTags({ a: 1 })! })
      .setTag('b', 2);
    expect([root.samplerTags, root.startTags, root.ownTags]).toStrictEqual([
      ['sampler.type', 'const', 'sampler.param', true],
      ['a', 1],
      ['b', 2],
    ]);
  });
});

describe('a tracer', () => {
  test('has its parts', () => {
    const { tracer, reporter, logger } = newTraced({ tags: { zone: 'a' }, traceId128bit: true });
    expect(tracer._serviceName).toBe('shop');
    expect(tracer._reporter).toBe(reporter);
    expect(tracer._logger).toBe(logger);
    expect(String(tracer._sampler)).toContain('ConstSampler');
    expect([tracer._traceId128bit, tracer._shareRpcSpan]).toStrictEqual([true, false]);
    for (const part of ['_metrics', '_baggageSetter', '_debugThrottler'] as const) {
      expect(tracer[part]).toBeTypeOf('object');
    }
  });

  test('has its process, with tags as a map and as a list', () => {
    const { tracer } = newTraced({ tags: { zone: 'a' } });
    const keys = ['zone', 'jaeger.version', 'hostname', 'ip', 'client-uuid'];
    expect(Object.keys(tracer._tags)).toStrictEqual(keys);
    expect(tracer._process).toStrictEqual({
      serviceName: 'shop',
      tags: keys.map((key) => ({ key, value: tracer._tags[key] })),
      uuid: tracer._tags['client-uuid'],
    });
  });

  test('has its codecs by format', () => {
    const { tracer } = newTraced();
    for (const codecs of [tracer._injectors, tracer._extractors]) {
      expect(Object.keys(codecs)).toStrictEqual(['text_map', 'http_headers', 'binary']);
    }
    expect(tracer._injectors['text_map']).toMatchObject({
      _contextKey: 'uber-trace-id',
      _baggagePrefix: 'uberctx-',
    });
  });
});
