import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM, Reference } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { RemoteReporter } from '../../../../src/core/reporting/remote-reporter.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import type { JaegerSpan, JaegerTag } from '../../../../all-in-one/src/thrift/jaeger-model.js';
import type { Tracer } from '../../../../src/core/tracer/tracer.js';
import { FakePlatform } from '../../support/fake-platform.js';
import { FakeSender } from '../../support/fake-sender.js';
import { newTraced, type TracedOptions } from '../../support/traced.js';

/** What the receiver reads of the spans that a program makes. */
async function sent(
  program: (tracer: Tracer) => void,
  options: TracedOptions & { numbersAsDouble?: boolean } = {},
): Promise<{ spans: readonly JaegerSpan[]; process: readonly JaegerTag[]; errors: string[] }> {
  const sender = new FakeSender({ automatic: true });
  const { numbersAsDouble, ...rest } = options;
  const reporter = new RemoteReporter(sender, { platform: new FakePlatform(), numbersAsDouble });
  const { tracer, logger } = newTraced({ ...rest, reporter });
  program(tracer);
  await tracer.flush();
  const spans = sender.batches.flatMap((batch) => batch.spans);
  return { spans, process: sender.batches[0]?.process.tags ?? [], errors: logger.errors };
}

const noted = (tag: JaegerTag | undefined): unknown[] => [tag?.type, tag?.value];

describe('a tag is', () => {
  test.each<[string, unknown, unknown[]]>([
    ['text', 'x', ['string', 'x']],
    ['a whole number', 7, ['int64', 7]],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER, ['int64', Number.MAX_SAFE_INTEGER]],
    ['the smallest', Number.MIN_SAFE_INTEGER, ['int64', Number.MIN_SAFE_INTEGER]],
    ['a larger integer', 2 ** 60, ['float64', 2 ** 60]],
    ['a fraction', 0.1, ['float64', 0.1]],
    ['minus zero', -0, ['float64', -0]],
    ['NaN', Number.NaN, ['string', 'NaN']],
    ['infinity', Number.NEGATIVE_INFINITY, ['string', '-Infinity']],
    ['true', true, ['bool', true]],
    ['false', false, ['bool', false]],
    ['a Buffer', Buffer.from([1, 2]), ['binary', Uint8Array.of(1, 2)]],
    ['a view', new Uint16Array([0x0201, 0x0403]).subarray(1), ['binary', Uint8Array.of(3, 4)]],
    ['a DataView', new DataView(Uint8Array.of(1, 2, 3).buffer, 1), ['binary', Uint8Array.of(2, 3)]],
    ['an ArrayBuffer', Uint8Array.of(5).buffer, ['binary', Uint8Array.of(5)]],
    ['null', null, ['string', 'null']],
    ['undefined', undefined, ['string', 'undefined']],
    ['an object', { a: 1 }, ['string', '{"a":1}']],
    ['a big integer', 5n, ['string', '5']],
    ['a revoked Proxy', revokedProxy(), ['string', '[unreadable]']],
  ])('%s', async (_name, value, expected) => {
    const { spans } = await sent((tracer) => tracer.startSpan('op').setTag('k', value).finish());
    expect(noted(spans[0]!.tags.at(-1))).toStrictEqual(expected);
  });

  test('a double with numbersAsDouble', async () => {
    const program = (tracer: Tracer): void => tracer.startSpan('op').setTag('k', 7).finish();
    const { spans } = await sent(program, { numbersAsDouble: true });
    expect(noted(spans[0]!.tags.at(-1))).toStrictEqual(['float64', 7]);
  });
});

test('the same key with values of several types, again and again', async () => {
  const values = ['x', 1, 0.5, true, Buffer.of(1), 'y', 2, false, 1.5, Buffer.of(2)];
  const { spans } = await sent((tracer) => {
    for (let i = 0; i < 3; i++) {
      const span = tracer.startSpan('op');
      for (const value of values) span.setTag('k', value).log({ k: value });
      span.finish();
    }
  });
  for (const { tags, logs } of spans) {
    const expected = values.map((value) =>
      Buffer.isBuffer(value) ? Uint8Array.from(value) : value,
    );
    expect(tags.slice(2).map(({ value }) => value)).toStrictEqual(expected);
    expect(logs.map(({ fields }) => fields[0]!.value)).toStrictEqual(expected);
  }
});

test('more names than are kept', async () => {
  const names = Array.from({ length: 1500 }, (_, i) => `name ${i}`);
  const { spans } = await sent((tracer) => {
    for (const name of [...names, ...names]) tracer.startSpan(name).setTag(name, name).finish();
  });
  expect(spans.map(({ operationName }) => operationName)).toStrictEqual([...names, ...names]);
  expect(spans.map(({ tags }) => tags.at(-1)!.key)).toStrictEqual([...names, ...names]);
});

test.each<[string, unknown, string]>([
  ['undefined', undefined, 'undefined'],
  ['a number', 7, '7'],
  ['an object', { a: 1 }, '{"a":1}'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
])('%s for a name is its text', async (_name, name, text) => {
  const { spans, errors } = await sent((tracer) => {
    tracer
      .startSpan(name as string)
      .setTag(name as string, 1)
      .finish();
  });
  expect(spans[0]!.operationName).toBe(text);
  expect(spans[0]!.tags.at(-1)!.key).toBe(text);
  expect(errors).toStrictEqual([]);
});

test.each<[string, number, number]>([
  ['seconds', 1.7e9, 1_700_000_000_000],
  ['microseconds', 1.7e15, 1_700_000_000_000_000_000],
  ['more than 64 bits', 1.7e18, 0],
])('%s given as milliseconds are passed on', async (_name, startTime, micros) => {
  const { spans } = await sent((tracer) => tracer.startSpan('op', { startTime }).finish());
  expect(spans[0]).toMatchObject({ startTime: micros });
});

describe('references', () => {
  const context = SpanContext.fromString('a:b:0:1')!;
  const refsOf = async (references: unknown[]): Promise<unknown> => {
    const { spans } = await sent((tracer) =>
      tracer.startSpan('op', { references: references as Reference[] }).finish(),
    );
    expect(spans).toHaveLength(1);
    return spans[0]!.references;
  };

  test('are sent in their order', async () => {
    const ids = { traceID: '000000000000000a', spanID: '000000000000000b' };
    expect(
      await refsOf([
        new Reference(REFERENCE_FOLLOWS_FROM, context),
        new Reference(REFERENCE_CHILD_OF, context),
      ]),
    ).toStrictEqual([
      { refType: 'FOLLOWS_FROM', ...ids },
      { refType: 'CHILD_OF', ...ids },
    ]);
  });

  test.each<[string, unknown]>([
    ['a debug id alone', new Reference(REFERENCE_FOLLOWS_FROM, debugContext())],
    ["another tracer's context", new Reference(REFERENCE_FOLLOWS_FROM, {} as SpanContext)],
    ['an unknown kind', new Reference('self', context)],
    ['no context', new Reference(REFERENCE_FOLLOWS_FROM, null as never)],
    ['null', null],
    ['no reference at all', {}],
    ['a type that throws', { type: throwHostile }],
  ])('%s says nothing, and is left out', async (_name, reference) => {
    expect(await refsOf([reference, new Reference(REFERENCE_CHILD_OF, context)])).toHaveLength(1);
    expect(await refsOf([reference])).toStrictEqual([]);
  });

  test('childOf alone makes a parent and no reference', async () => {
    const { spans } = await sent((tracer) => tracer.startSpan('op', { childOf: context }).finish());
    expect(spans[0]).toMatchObject({ parentSpanID: '000000000000000b', references: [] });
  });
});

test('times that are no numbers are 0', async () => {
  const { spans } = await sent((tracer) => {
    const span = tracer.startSpan('op', { startTime: 1e300 });
    span.finish(1e300);
  });
  expect(spans[0]).toMatchObject({ startTime: 0, duration: 0 });
});

test('a process tag of any kind', async () => {
  const { process } = await sent((tracer) => tracer.startSpan('op').finish(), {
    tags: { n: 1, list: [1n], nothing: undefined },
  });
  expect(process.slice(0, 3).map(noted)).toStrictEqual([
    ['int64', 1],
    ['string', '["1"]'],
    ['string', 'undefined'],
  ]);
});

function debugContext(): SpanContext {
  const context = new SpanContext();
  context.debugId = 'why';
  return context;
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwHostile(): never {
  throw new Error('hostile');
}
