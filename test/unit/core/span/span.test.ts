import { REFERENCE_CHILD_OF, Reference, Span as OpenTracingSpan } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { START_MILLIS } from '../../support/fake-platform.js';
import { newTraced } from '../../support/traced.js';

const SAMPLER_TAGS = [
  { key: 'sampler.type', value: 'const' },
  { key: 'sampler.param', value: true },
];

/** The tags of a span, without those of its sampler. */
function tagsOf(span: { readonly _tags: readonly object[] }): object[] {
  return span._tags.slice(SAMPLER_TAGS.length);
}

describe('fields that packages read', () => {
  test('of a span', () => {
    const { tracer, logger, platform } = newTraced();
    const parent = tracer.startSpan('parent');
    const references = [new Reference(REFERENCE_CHILD_OF, parent.context())];
    const span = tracer.startSpan('GET /', { references });
    expect(span).toBeInstanceOf(OpenTracingSpan);
    expect(span._operationName).toBe('GET /');
    expect(span.operationName).toBe('GET /');
    expect(span.serviceName).toBe('shop');
    expect(span._references).toStrictEqual(references);
    expect(parent._references).toStrictEqual([]);
    expect(span._logger).toBe(logger);
    expect(Reflect.get(span, '_tracer')).toBe(tracer);
    expect(span.tracer()).toBe(tracer);
    expect(span._spanContext).toBe(span.context());
    expect([span._startTime, span.startTime]).toStrictEqual([START_MILLIS, START_MILLIS]);
    expect(span._duration).toBeUndefined();
    platform.clock.advance(2.5);
    span.finish();
    expect(span._duration).toBe(2.5);
  });

  test('_tags and _logs have the shape of jaeger-client', () => {
    const span = newTraced().tracer.startSpan('op', { tags: { a: 1 } });
    span.log({ event: 'x', n: 2 }, 1234.5);
    expect(span._tags).toStrictEqual([...SAMPLER_TAGS, { key: 'a', value: 1 }]);
    expect(span._logs).toStrictEqual([
      {
        timestamp: 1234.5,
        fields: [
          { key: 'event', value: 'x' },
          { key: 'n', value: 2 },
        ],
      },
    ]);
  });

  test('a change of what they show changes nothing', () => {
    const span = newTraced().tracer.startSpan('op').setTag('a', 1).log({ b: 2 });
    span._tags.pop();
    span._logs[0]!.fields.pop();
    expect(tagsOf(span)).toStrictEqual([{ key: 'a', value: 1 }]);
    expect(span._logs[0]!.fields).toStrictEqual([{ key: 'b', value: 2 }]);
  });
});

describe('tags', () => {
  test('are appended: keys may repeat', () => {
    const span = newTraced().tracer.startSpan('op', { tags: { a: 1 } });
    expect(span.setTag('b', 2).setTag('a', 3).addTags({ a: 4 })).toBe(span);
    expect(tagsOf(span)).toStrictEqual([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
      { key: 'a', value: 3 },
      { key: 'a', value: 4 },
    ]);
  });

  test('keep what they are given, whatever it is', () => {
    const values = [null, undefined, 0, '', Number.NaN, 1n, {}, new Error('e'), () => 1];
    const span = newTraced().tracer.startSpan('op');
    for (const value of values) span.setTag('k', value);
    expect(tagsOf(span).map((tag) => Reflect.get(tag, 'value'))).toStrictEqual(values);
  });

  test('addTags takes own properties alone, in their order', () => {
    const inherited = Object.create({ inherited: 1 }) as Record<string, unknown>;
    Object.assign(inherited, { z: 1, a: 2 });
    const span = newTraced().tracer.startSpan('op').addTags(inherited);
    expect(tagsOf(span)).toStrictEqual([
      { key: 'z', value: 1 },
      { key: 'a', value: 2 },
    ]);
  });

  test.each([null, undefined])('addTags(%s) throws nothing', (nothing) => {
    const span = newTraced().tracer.startSpan('op');
    expect(span.addTags(nothing as never)).toBe(span);
    expect(span.setTag('after', 1)._tags.at(-1)).toStrictEqual({ key: 'after', value: 1 });
  });

  test('a getter that throws costs its own tag, and what comes behind', () => {
    const { tracer, logger } = newTraced();
    const tags = {
      before: 1,
      get broken(): never {
        throw new Error('broken getter');
      },
    };
    const span = tracer.startSpan('op').addTags(tags).addTags(tags);
    expect(tagsOf(span)).toStrictEqual([
      { key: 'before', value: 1 },
      { key: 'before', value: 1 },
    ]);
    expect(tracer.caughtErrors()).toStrictEqual({ tags: 2 });
    expect(logger.errors).toStrictEqual([
      'Ignored an exception from the tags: Error: broken getter',
    ]);
  });
});

describe('logs', () => {
  test('have the time that they are given, in milliseconds, or a Date', () => {
    const span = newTraced().tracer.startSpan('op');
    span.log({}, 1.5).log({}, new Date(2000) as never);
    expect(span._logs.map(({ timestamp }) => timestamp)).toStrictEqual([1.5, 2000]);
  });

  test.each([undefined, null, 0, Number.NaN, 'soon', {}])('at %j are logged now', (time) => {
    const { tracer, platform } = newTraced();
    const span = tracer.startSpan('op');
    platform.clock.advance(7);
    expect(span.log({}, time as never)._logs[0]!.timestamp).toBe(START_MILLIS + 7);
  });

  test('stay within their span when the clock is set meanwhile', () => {
    const { tracer, platform } = newTraced();
    const span = tracer.startSpan('op');
    platform.clock.advance(7);
    platform.clock.step(-86_400_000);
    expect(span.log({ a: 1 })._logs[0]!.timestamp).toBe(START_MILLIS + 7);
    platform.clock.withoutMonotonic = true;
    expect(span.log({})._logs[1]!.timestamp).toBe(START_MILLIS + 7);
  });

  test('logEvent has the fields event and payload', () => {
    const span = newTraced().tracer.startSpan('op');
    span.logEvent('cache-miss', { key: 7 });
    span.logEvent('done');
    expect(span._logs.map(({ fields }) => fields)).toStrictEqual([
      [
        { key: 'event', value: 'cache-miss' },
        { key: 'payload', value: { key: 7 } },
      ],
      [
        { key: 'event', value: 'done' },
        { key: 'payload', value: undefined },
      ],
    ]);
  });

  test('a getter that throws takes its log away and no other', () => {
    const { tracer } = newTraced();
    const span = tracer
      .startSpan('op')
      .log({ a: 1 })
      .log({
        b: 1,
        get broken(): never {
          throw new Error('broken');
        },
      });
    span.log({ c: 1 });
    expect(span._logs.map(({ fields }) => fields[0]!.key)).toStrictEqual(['a', 'c']);
    expect(tracer.caughtErrors()).toStrictEqual({ log: 1 });
  });

  test('without fields is a log all the same', () => {
    const span = newTraced()
      .tracer.startSpan('op')
      .log({})
      .log(null as never);
    expect(span._logs.map(({ fields }) => fields)).toStrictEqual([[], []]);
  });
});

test('setOperationName', () => {
  const span = newTraced().tracer.startSpan('before');
  expect(span.setOperationName('after')).toBe(span);
  expect(span.operationName).toBe('after');
});

test('a span that is finally not sampled records nothing', () => {
  const { tracer, reporter } = newTraced();
  const span = tracer.startSpan('op').setTag('sampling.priority', 0);
  span.setTag('a', 1).addTags({ b: 2 }).log({ c: 3 });
  span.finish();
  expect(tagsOf(span)).toStrictEqual([]);
  expect(span._logs).toStrictEqual([]);
  expect(span._duration).toBeUndefined();
  expect(reporter.spans).toStrictEqual([]);
});
