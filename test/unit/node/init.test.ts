import { initGlobalTracer, globalTracer, Tracer as OpenTracingTracer } from 'opentracing';
import { afterEach, describe, expect, test } from 'vitest';
import type { Reporter } from '../../../src/core/reporting/reporter.js';
import { InMemoryReporter } from '../../../src/core/reporting/simple-reporters.js';
import { Span } from '../../../src/core/span/span.js';
import { SpanContext } from '../../../src/node/tracer/span-context.js';
import { DefaultThrottler } from '../../../src/core/tracer/throttler.js';
import type { TracingConfig, TracingOptions } from '../../../src/node/config/tracing-config.js';
import { initTracer, type JaegerTracer, newJaegerTracer } from '../../../src/node/init.js';
import { Datagrams } from '../support/datagrams.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { RecordingMetrics } from '../support/recording-metrics.js';

const ALWAYS = { type: 'const', param: 1 };
const open: JaegerTracer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((tracer) => tracer.close()));
});

/** A tracer that is closed after the test, and what it said while it was made. */
function init(
  config: object = {},
  options: TracingOptions = {},
): { tracer: JaegerTracer; logger: RecordingLogger } {
  const logger = new RecordingLogger();
  const full = { serviceName: 'shop', sampler: ALWAYS, ...config } as TracingConfig;
  const tracer = initTracer(full, { logger, ...options });
  open.push(tracer);
  return { tracer, logger };
}

function isSampled(tracer: JaegerTracer): boolean {
  return tracer.startSpan('op').context().isSampled();
}

describe('says', () => {
  test.each<[object, string]>([
    [{}, 'localhost:6831 as compact Thrift'],
    [{ agentPort: 6832 }, 'localhost:6832 as binary Thrift'],
    [{ protocol: 'binary' }, 'localhost:6832 as binary Thrift'],
    [{ protocol: 'compact', agentPort: 6832 }, 'localhost:6832 as compact Thrift'],
    [{ protocol: 'binary', agentPort: 7000 }, 'localhost:7000 as binary Thrift'],
    [{ agentHost: 'agent', agentPort: 7000 }, 'agent:7000 as compact Thrift'],
  ])('where spans go with %j', (reporter, destination) => {
    expect(init({ reporter }).logger.infos).toStrictEqual([
      'Initializing Jaeger Tracer with RemoteReporter and ConstSampler(always)',
      `Reporting spans over UDP to ${destination}`,
    ]);
  });

  test('which reporters and samplers it uses', () => {
    const { logger } = init({
      sampler: { type: 'probabilistic', param: 0.5 },
      reporter: { logSpans: true },
    });
    expect(logger.infos[0]).toBe(
      'Initializing Jaeger Tracer with CompositeReporter(LoggingReporter,RemoteReporter) and ' +
        'ProbabilisticSampler(samplingRate=0.5)',
    );
    const own = init({}, { reporter: new InMemoryReporter() });
    expect(own.logger.infos).toStrictEqual([
      'Initializing Jaeger Tracer with InMemoryReporter and ConstSampler(always)',
    ]);
  });

  test('which keys it does not know', () => {
    expect(init({ samplr: {} }).logger.warnings).toStrictEqual([
      'Unknown key config.samplr. Did you mean sampler?',
    ]);
  });
});

describe('throws what jaeger-client throws', () => {
  test.each<[string, unknown, string]>([
    ['no config', undefined, "Cannot read properties of undefined (reading 'disable')"],
    ['no service name', {}, 'config.serviceName must be provided'],
    ['an empty service name', { serviceName: '' }, 'config.serviceName must be provided'],
    [
      'no param',
      { sampler: { type: 'const' } },
      'Expecting sampler.param to be a number. Received undefined',
    ],
    [
      'a param that is text',
      { sampler: { type: 'const', param: '1' } },
      'Expecting sampler.param to be a number. Received 1',
    ],
    [
      'a rate out of range',
      { sampler: { type: 'probabilistic', param: 2 } },
      'The sampling rate must be between 0.0 and 1.0. Received 2',
    ],
    [
      'a negative number of traces',
      { sampler: { type: 'ratelimiting', param: -1 } },
      'maxTracesPerSecond must be greater than 0.0.  Received -1',
    ],
    [
      'an unknown kind of socket',
      { reporter: { agentSocketType: 'udp5' } },
      'Bad socket type specified. Valid types are: udp4, udp6',
    ],
  ])('%s', (_name, config, text) => {
    const full =
      config && Object.keys(config).some((key) => key === 'sampler' || key === 'reporter')
        ? { serviceName: 'shop', ...(config as object) }
        : config;
    expect(() => initTracer(full as TracingConfig)).toThrow(text);
  });

  test('and for options of our own, what is out of range', () => {
    expect(() => init({ reporter: { maxPacketSize: 1 } })).toThrow(RangeError);
  });
});

describe('the sampler', () => {
  test.each<[object, boolean]>([
    [{ type: 'const', param: 1 }, true],
    [{ type: 'const', param: 0 }, false],
    [{ type: 'probabilistic', param: 1 }, true],
    [{ type: 'probabilistic', param: 0 }, false],
    [{ type: 'ratelimiting', param: 0 }, false],
  ])('%j', (sampler, sampled) => {
    const { tracer, logger } = init({ sampler });
    expect(isSampled(tracer)).toBe(sampled);
    expect(logger.errors).toStrictEqual([]);
  });

  test.each([
    { type: 'const', param: 2 },
    { type: 'const', param: Number.NaN },
    { type: 'probabilistic', param: Number.NaN },
    { type: 'ratelimiting', param: Number.NaN },
    { type: 'adaptive', param: 1 },
    { type: undefined, param: 1 },
  ])('$type of $param is said to be wrong, and samples nothing', (sampler) => {
    const { tracer, logger } = init({ sampler });
    expect(isSampled(tracer)).toBe(false);
    expect(logger.errors).toHaveLength(1);
    expect(logger.errors[0]).toContain(
      ['adaptive', undefined].includes(sampler.type) ? String(sampler.type) : String(sampler.param),
    );
  });
});

describe('options', () => {
  test('reporter, tags and metrics', async () => {
    const [reporter, metrics] = [new InMemoryReporter(), new RecordingMetrics()];
    const options = Object.freeze({ reporter, metrics, tags: { zone: 'b' } });
    for (let i = 1; i <= 2; i++) {
      const { tracer } = init({}, options);
      tracer.startSpan('op').finish();
      expect(metrics.get('jaeger:finished_spans')).toBe(1);
      expect(reporter.spans).toHaveLength(i);
      expect(tracer._tags.zone).toBe('b');
    }
  });

  test('throttler is the name that jaeger-client gave it', () => {
    const { tracer } = init(
      { sampler: { type: 'const', param: 0 } },
      { throttler: new DefaultThrottler(true) },
    );
    expect(tracer.startSpan('op').setTag('sampling.priority', 1).context().isDebug()).toBe(false);
  });

  test.each<[string, object, object]>([
    ['config', { traceId128bit: true, shareRpcSpan: true }, {}],
    ['options', {}, { traceId128bit: true, shareRpcSpan: true }],
  ])('traceId128bit and shareRpcSpan may stand in %s', (_name, config, options) => {
    const { tracer } = init(config, options);
    expect(tracer.startSpan('op').context().traceId).toHaveLength(16);
    const childOf = tracer.extract('text_map', { 'uber-trace-id': 'a:b:0:1' })!;
    const server = tracer.startSpan('op', { childOf, tags: { 'span.kind': 'server' } });
    expect(server.context().spanIdStr).toBe('b');
  });

  test('a reporter of the application has the last word', () => {
    const asked: string[] = [];
    const reporter: Reporter = {
      report: (span) => void asked.push(span.operationName),
      close: (callback) => callback?.(),
    };
    init({ reporter: { logSpans: true, agentPort: 1 } }, { reporter })
      .tracer.startSpan('op')
      .finish();
    expect(asked).toStrictEqual(['op']);
  });
});

describe('disable', () => {
  test('gives a tracer that has every method and does nothing', async () => {
    const tracer = initTracer({ disable: true });
    expect(tracer).toBeInstanceOf(OpenTracingTracer);
    const span = tracer.startSpan('op');
    span.setTag('a', 1).log({}).finish();
    tracer.inject(span, 'text_map', {});
    expect(tracer.extract('text_map', { 'uber-trace-id': 'a:b:0:1' })!.toTraceId()).toBe('');
    tracer.registerInjector('x', { inject: () => {} });
    tracer.registerExtractor('x', { extract: () => null });
    let called = 0;
    await tracer.flush(() => called++);
    await tracer.close(() => called++);
    await tracer.close();
    expect(called).toBe(2);
    expect(tracer.stats()).toMatchObject({ started: 0, finished: 0, dropped: { closed: 0 } });
    expect(Number.isFinite(tracer.now())).toBe(true);
  });

  test('its spans and contexts have the shape of all others', () => {
    const disabled = initTracer({ serviceName: 'shop', disable: true });
    const span = disabled.startSpan('op', { tags: { a: 1 }, childOf: null });
    expect(span).toBeInstanceOf(Span);
    expect(span.setOperationName('other').operationName).toBe('other');
    expect(span.serviceName).toBe('shop');
    expect(span.tracer()).toBe(disabled);
    span.setTag('sampling.priority', 1).addTags({ b: 2 }).setBaggageItem('key', 'value');
    span.logEvent('event');
    span.finish();
    span.finish();
    expect(span.getBaggageItem('key')).toBeUndefined();
    expect([span._tags, span._logs]).toEqual([[], []]);
    for (const context of [span.context(), disabled.extract('http_headers', {})!]) {
      expect(context).toBeInstanceOf(SpanContext);
      expect([context.isSampled(), context.isDebug(), context.isValid]).toEqual([
        false,
        false,
        false,
      ]);
      expect([context.toTraceId(), context.toSpanId()]).toEqual(['', '']);
      expect(context.traceIdStr).toBeUndefined();
      expect(typeof context.toString()).toBe('string');
    }
    const carrier = {};
    disabled.inject(span, 'text_map', carrier);
    disabled.inject(span, 'no such format', carrier);
    expect(carrier).toEqual({});
    const real = initTracer({ serviceName: 'real' }, { reporter: new InMemoryReporter() });
    expect(real.startSpan('root', { childOf: span }).context().parentIdStr).toBeUndefined();
  });
});

describe('newJaegerTracer', () => {
  test('sends every span to a host and port', async () => {
    const receiver = await Datagrams.open();
    const { tracer, close } = newJaegerTracer('shop', { host: '127.0.0.1', port: receiver.port });
    tracer.startSpan('op').finish();
    await close();
    await receiver.wait(1);
    expect(receiver.operations()).toStrictEqual(['op']);
    expect(tracer.stats()).toMatchObject({ started: 1, sent: 1 });
    await receiver.close();
  });

  test('is the global tracer where it is asked to be', async () => {
    const { tracer, close } = newJaegerTracer('shop', { global: true });
    const span = globalTracer().startSpan('op');
    expect(span.tracer()).toBe(tracer);
    initGlobalTracer(new OpenTracingTracer());
    await close();
  });
});
