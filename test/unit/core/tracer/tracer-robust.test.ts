import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../../src/core/host/metrics.js';
import type { Reporter } from '../../../../src/core/reporting/reporter.js';
import { SAMPLER_API_V2, type SamplerV2 } from '../../../../src/core/sampling/sampler.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import type { Tracer } from '../../../../src/core/tracer/tracer.js';
import { settle } from '../../support/fake-platform.js';
import { throwingProxy } from '../../support/hostile-values.js';
import { THROWING_LOGGER } from '../../support/recording-logger.js';
import { THROWING_METRICS } from '../../support/recording-metrics.js';
import { newTraced, type Traced } from '../../support/traced.js';

/** Uses everything that a request uses, and shows that it went on. */
function runRequest(tracer: Tracer): void {
  const parent = tracer.extract('http_headers', { 'uber-trace-id': 'a:b:0:1' })!;
  const span = tracer.startSpan('op', { childOf: parent, tags: { a: 1 } });
  span.setTag('b', 2).addTags({ c: 3 }).log({ d: 4 }).setBaggageItem('e', 'f');
  span.setOperationName('other');
  const carrier = {};
  tracer.inject(span, 'text_map', carrier);
  tracer.startSpan('root').setTag('sampling.priority', 1).finish();
  span.finish();
  expect(Object.keys(carrier)).toStrictEqual(['uber-trace-id', 'uberctx-e']);
  expect(span._tags.map(({ key }) => key)).toStrictEqual(['a', 'b', 'c']);
}

function fail(): never {
  throw new Error('broken');
}

const BROKEN_SAMPLER: SamplerV2 = {
  apiVersion: SAMPLER_API_V2,
  onCreateSpan: fail,
  onSetOperationName: fail,
  onSetTag: fail,
  close: fail,
};
const BROKEN_REPORTER: Reporter = { report: fail, close: fail, setProcess: fail, flush: fail };
const DEBUG = ((): SpanContext => {
  const context = new SpanContext();
  context.debugId = 'x';
  return context;
})();

describe('a request goes on where', () => {
  test.each<[string, () => Traced]>([
    ['the reporter throws', () => newTraced({ reporter: BROKEN_REPORTER })],
    ['the sampler throws', () => newTraced({ sampler: BROKEN_SAMPLER })],
    ['the logger throws', () => newTraced({ logger: THROWING_LOGGER, reporter: BROKEN_REPORTER })],
    ['the metrics throw', () => newTraced({ metrics: new Metrics(THROWING_METRICS) })],
    [
      'the throttler throws',
      () => newTraced({ debugThrottler: { isAllowed: fail, setProcess: fail, close: fail } }),
    ],
    [
      'everything throws',
      () =>
        newTraced({
          reporter: BROKEN_REPORTER,
          sampler: BROKEN_SAMPLER,
          logger: THROWING_LOGGER,
          metrics: new Metrics(THROWING_METRICS),
          debugThrottler: { isAllowed: fail },
        }),
    ],
  ])('%s', async (_name, make) => {
    const { tracer } = make();
    runRequest(tracer);
    await tracer.flush();
    await tracer.close();
    runRequest(tracer);
  });
});

describe('what throws is logged once, and counted', () => {
  test('a reporter: its spans count as not sent', () => {
    const { tracer, logger } = newTraced({ reporter: BROKEN_REPORTER });
    for (let i = 0; i < 3; i++) tracer.startSpan('op').finish();
    expect(tracer.caughtErrors()).toStrictEqual({ reporter: 4 });
    expect(logger.errors).toStrictEqual(['Ignored an exception from the reporter: Error: broken']);
    expect(tracer.stats()).toMatchObject({ finished: 3, sent: 0, dropped: { sendFailed: 3 } });
  });

  test('a sampler: its spans are not sampled', () => {
    const { tracer } = newTraced({ sampler: BROKEN_SAMPLER });
    const span = tracer.startSpan('op');
    expect(span.context().isSampled()).toBe(false);
    expect(tracer.caughtErrors()).toStrictEqual({ sampler: 1 });
  });

  test('a throttler allows nothing', () => {
    const { tracer } = newTraced({ debugThrottler: { isAllowed: fail } });
    expect(tracer.startSpan('op', { childOf: DEBUG }).context().isDebug()).toBe(false);
    expect(tracer.caughtErrors()).toStrictEqual({ throttler: 1 });
  });

  test('something that has no text', () => {
    const reporter: Reporter = {
      close: () => {},
      report: () => {
        // An application may throw anything.
        throw Object.create(null);
      },
    };
    const { tracer, logger } = newTraced({ reporter });
    tracer.startSpan('op').finish();
    expect(logger.errors).toStrictEqual([
      'Ignored an exception from the reporter: <unprintable value>',
    ]);
  });
});

test.each([undefined, null, 7, {}, Symbol('op')])('the operation name %s is taken', (name) => {
  const { tracer, reporter } = newTraced();
  tracer.startSpan(name as never).finish();
  expect(reporter.spans[0]!.operationName).toBe(name);
});

describe('what a caller gives is used as far as it goes', () => {
  test('options whose own code throws start a root', () => {
    const { tracer } = newTraced();
    const { tracer: other } = newTraced();
    const hostile: unknown[] = [
      throwingProxy(),
      { tags: throwingProxy() },
      { childOf: throwingProxy() },
      { childOf: new Proxy(other.startSpan('a').context(), { get: fail }) },
      { references: throwingProxy([]) },
      { startTime: { valueOf: fail } },
    ];
    for (const options of hostile) tracer.startSpan('op', options as never).finish();
    expect(tracer.stats()).toMatchObject({ started: hostile.length, finished: hostile.length });
    expect(Object.keys(tracer.caughtErrors())).toContain('options');
  });

  test('a name that has no text, also where the span is finished twice', () => {
    const { tracer, logger } = newTraced();
    for (const name of [Symbol('a'), Object.create(null)]) {
      const span = tracer.startSpan(name as never);
      span.finish();
      span.finish();
    }
    expect(logger.errors).toStrictEqual([
      expect.stringMatching(/^operation=Symbol\(a\),context=/),
      expect.stringMatching(/^operation=\{\},context=/),
    ]);
  });

  test('flags that are no number are 0, and those that are, 32 bits', () => {
    const { tracer } = newTraced();
    const context = tracer.startSpan('op').context();
    for (const flags of [1n, null, throwingProxy(), Number.NaN, '1']) {
      context.flags = flags as never;
      expect(context.toString()).toMatch(/:0:0$/);
    }
    context.flags = 1.5;
    expect(context.flags).toBe(1);
    context.flags = -1;
    expect(context.toString()).toMatch(/:ffffffff$/);
  });

  test('ids that are none are no ids', () => {
    const context = new SpanContext();
    for (const id of [5, throwingProxy(), new BigInt64Array(1), new DataView(new ArrayBuffer(8))]) {
      Object.assign(context, { traceId: id, spanId: id, parentId: id });
      Object.assign(context, { traceIdStr: id, spanIdStr: id, parentIdStr: id });
    }
    expect([context.traceId, context.spanId, context.parentId]).toStrictEqual([
      undefined,
      undefined,
      null,
    ]);
    expect(context.isValid).toBe(false);
    expect(SpanContext.fromString(5 as never)).toBeNull();
  });

  test('baggage that cannot be read is none', () => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op');
    expect(span.getBaggageItem(Object.create(null) as never)).toBeUndefined();
    span.context().baggage = throwingProxy() as never;
    expect(span.getBaggageItem('a')).toBeUndefined();
    expect(tracer.caughtErrors()).toStrictEqual({ baggage: 2 });
  });

  test.each([Symbol('text_map'), Object.create(null), 7])('the format %o is named', (format) => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op');
    expect(() => tracer.inject(span, format as never, {})).toThrow(/^Unsupported format: /);
    expect(() => tracer.extract(format as never, {})).toThrow(/^Unsupported format: /);
  });
});

describe('what the application gives to a tracer', () => {
  test('a reporter whose stats are of no use counts as one that keeps none', () => {
    for (const stats of [fail, () => undefined, () => ({}), () => throwingProxy()]) {
      const { tracer } = newTraced({
        reporter: { report: () => {}, close: () => {}, stats } as never,
      });
      tracer.startSpan('op').finish();
      expect(tracer.stats()).toMatchObject({ finished: 1, sent: 1, waiting: 0 });
    }
  });

  test('a reporter whose promises are rejected: they are caught, and counted', async () => {
    const reject = (): never => Promise.reject(new Error('later')) as never;
    const reporter = { report: reject, close: reject, setProcess: reject, flush: reject };
    const { tracer } = newTraced({
      reporter,
      debugThrottler: { isAllowed: reject, setProcess: reject, close: reject },
      logger: { info: reject, error: reject },
    });
    tracer.startSpan('op').setTag('sampling.priority', 1).finish();
    await tracer.flush();
    await tracer.close();
    await settle();
    expect(tracer.caughtErrors()).toStrictEqual({ reporter: 4, throttler: 3, logger: 2 });
  });

  test('a throttler, a reporter and a sampler that close the tracer while they are closed', async () => {
    let closes = 0;
    const close = (): void => {
      closes++;
      void tracer.close();
    };
    const { tracer } = newTraced({
      debugThrottler: { isAllowed: () => true, close },
      reporter: { report: () => {}, close: (done) => [close(), done?.()] as never },
      sampler: { ...BROKEN_SAMPLER, close: (done) => [close(), done?.()] as never },
    });
    await tracer.close();
    expect(closes).toBe(3);
  });

  test('a sampler and a baggage manager that give promises: no, and what they reject with is caught', async () => {
    const reject = (): never => Promise.reject(new Error('later')) as never;
    const { tracer } = newTraced({
      sampler: { ...BROKEN_SAMPLER, onCreateSpan: reject },
      baggageRestrictionManager: { getRestriction: reject },
    });
    const span = tracer.startSpan('op').setBaggageItem('a', 'b');
    await settle();
    expect(span.context().isSampled()).toBe(false);
    expect(span.getBaggageItem('a')).toBeUndefined();
    expect(tracer.caughtErrors()).toStrictEqual({ sampler: 1, baggage: 1 });
  });

  test('a sampler whose tags change: each span has those of its own moment', () => {
    const tags: Record<string, unknown> = { a: 1 };
    const sampler = {
      ...BROKEN_SAMPLER,
      onCreateSpan: () => ({ sample: true, retryable: false, tags }),
    };
    const { tracer, reporter } = newTraced({ sampler });
    tracer.startSpan('op').finish();
    tags['b'] = 2;
    tracer.startSpan('op').finish();
    expect(reporter.spans.map((span) => span._tags.map(({ key }) => key))).toStrictEqual([
      ['a'],
      ['a', 'b'],
    ]);
  });
});
