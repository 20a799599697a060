import { describe, expect, test } from 'vitest';
import { Metrics } from '../../../src/core/metrics.js';
import type { Reporter } from '../../../src/core/reporting/reporter.js';
import { SAMPLER_API_V2, type SamplerV2 } from '../../../src/core/sampling/sampler.js';
import { SpanContext } from '../../../src/core/span-context.js';
import type { Tracer } from '../../../src/core/tracer.js';
import { THROWING_LOGGER } from '../support/recording-logger.js';
import { THROWING_METRICS } from '../support/recording-metrics.js';
import { newTraced, type Traced } from '../support/traced.js';

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
    expect(logger.errors).toStrictEqual(['The reporter threw, and was ignored: Error: broken']);
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
      'The reporter threw, and was ignored: something that has no text',
    ]);
  });
});

test.each([undefined, null, 7, {}, Symbol('op')])('the operation name %s is taken', (name) => {
  const { tracer, reporter } = newTraced();
  tracer.startSpan(name as never).finish();
  expect(reporter.spans[0]!.operationName).toBe(name);
});
