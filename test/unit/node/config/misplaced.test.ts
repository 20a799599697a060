import { afterEach, describe, expect, test } from 'vitest';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import type { TracingConfig, TracingOptions } from '../../../../src/node/config/tracing-config.js';
import { initTracer, type JaegerTracer } from '../../../../src/node/init.js';
import { Datagrams } from '../../support/datagrams.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';

const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A tracer, and what was said while it was made; types would not let any of these through. */
function init(config: object, options: object): { tracer: JaegerTracer; logger: RecordingLogger } {
  const logger = new RecordingLogger();
  const tracer = initTracer(
    { serviceName: 'shop', ...config } as TracingConfig,
    { logger, ...options } as TracingOptions,
  );
  opened.push(tracer);
  return { tracer, logger };
}

function destination(logger: RecordingLogger): string | undefined {
  return logger.infos.find((line) => line.startsWith('Reporting spans'))?.slice(28);
}

const SETTINGS_AS_REPORTER =
  'options.reporter is not a reporter (no method report); it is used as config.reporter';

describe('settings as options.reporter', () => {
  test('are used, and every span arrives', async () => {
    const receiver = await Datagrams.open();
    opened.push(receiver);
    const reporter = { logSpans: true, agentHost: '127.0.0.1', agentPort: receiver.port };
    const { tracer, logger } = init({}, { reporter });
    expect(logger.errors).toStrictEqual([SETTINGS_AS_REPORTER]);
    for (const name of ['a', 'b', 'c']) tracer.startSpan(name).finish();
    await tracer.flush();
    await receiver.wait(1);
    expect(receiver.operations()).toStrictEqual(['a', 'b', 'c']);
    expect(tracer.stats()).toMatchObject({ finished: 3, sent: 3 });
    expect(logger.infos.filter((line) => line.startsWith('Reporting span '))).toHaveLength(3);
  });

  test.each<[object, object | undefined, string]>([
    [{ agentHost: 'a', agentPort: 7 }, undefined, 'a:7 as compact Thrift'],
    [{ agentHost: 'a' }, { agentPort: 7 }, 'a:7 as compact Thrift'],
    [{ agentHost: 'a', agentPort: 7 }, { agentHost: 'b' }, 'b:7 as compact Thrift'],
    [{ agentHost: 'a' }, { agentHost: undefined }, 'a:6831 as compact Thrift'],
    [{ protocol: 'binary' }, { logSpans: true }, 'localhost:6832 as binary Thrift'],
  ])('%j under %j', (given, reporter, expected) => {
    const { logger } = init({ reporter }, { reporter: given });
    expect(destination(logger)).toBe(expected);
    expect(logger.errors).toStrictEqual([SETTINGS_AS_REPORTER]);
    expect(logger.warnings).toStrictEqual([]);
  });

  test('are checked as those of config.reporter are', () => {
    expect(() => init({}, { reporter: { maxPacketSize: 1 } })).toThrow(RangeError);
    const { logger } = init({}, { reporter: { agentHost: 'a', agentPrt: 1 } });
    expect(logger.warnings).toStrictEqual([
      'Unknown key config.reporter.agentPrt. Did you mean agentPort?',
    ]);
  });

  test.each<[unknown, string]>([
    [true, 'true'],
    ['udp', 'udp'],
    [7, '7'],
    [[], 'object'],
    [{}, 'object'],
    [{ host: 'a' }, 'object'],
    [InMemoryReporter, 'function'],
    [{ report: 'yes' }, 'object'],
  ])('%j is neither: it is said, and the default is used', (reporter, text) => {
    const { logger } = init({}, { reporter });
    expect(logger.errors).toStrictEqual([
      `options.reporter must be a reporter. Received ${text}; it is ignored`,
    ]);
    expect(destination(logger)).toBe('localhost:6831 as compact Thrift');
  });
});

describe('a reporter as config.reporter', () => {
  test('is used', () => {
    const reporter = new InMemoryReporter();
    const { tracer, logger } = init({ reporter }, {});
    tracer.startSpan('op').finish();
    expect(reporter.spans).toHaveLength(1);
    expect(logger.errors).toStrictEqual([
      'config.reporter is a reporter; it is used as options.reporter',
    ]);
    expect(logger.warnings).toStrictEqual([]);
  });

  test('also where the settings stand in options', () => {
    const reporter = new InMemoryReporter();
    const { tracer, logger } = init({ reporter }, { reporter: { agentHost: 'a' } });
    tracer.startSpan('op').finish();
    expect(reporter.spans).toHaveLength(1);
    expect(logger.errors).toHaveLength(2);
  });

  test('is ignored where options has one', () => {
    const [reporter, wrong] = [new InMemoryReporter(), new InMemoryReporter()];
    const { tracer, logger } = init({ reporter: wrong }, { reporter });
    tracer.startSpan('op').finish();
    expect([reporter.spans.length, wrong.spans.length]).toStrictEqual([1, 0]);
    expect(logger.errors).toStrictEqual([
      'config.reporter is a reporter; it is ignored, because options.reporter is set',
    ]);
  });
});

describe('a sampler as options.sampler', () => {
  const never = { type: 'const', param: 0 };
  const used = 'options.sampler belongs in config; it is used as config.sampler';
  const ignored = 'options.sampler belongs in config; it is ignored, because config.sampler is set';

  test.each<[string, object, object, string]>([
    ['settings', {}, never, used],
    ['an object that samples', {}, new ConstSampler(false), used],
    ['settings beside others', { sampler: never }, { type: 'const', param: 1 }, ignored],
    ['an object beside settings', { sampler: never }, new ConstSampler(true), ignored],
  ])('%s', (_name, config, sampler, line) => {
    const { tracer, logger } = init(config, { sampler });
    expect(tracer.startSpan('op').context().isSampled()).toBe(false);
    expect(logger.errors).toStrictEqual([line]);
    expect(logger.warnings).toStrictEqual([]);
  });

  test('an object as config.sampler throws, as in jaeger-client', () => {
    expect(() => init({ sampler: new ConstSampler(true) }, {})).toThrow(
      'Expecting sampler.param to be a number. Received undefined',
    );
  });
});

describe('what belongs in options, in config', () => {
  test('a logger, tags and metrics are used', () => {
    const [logger, metrics] = [new RecordingLogger(), new RecordingMetrics()];
    const { tracer } = init(
      { logger, metrics, tags: { zone: 'b' }, contextKey: 'trace' },
      { logger: undefined, reporter: new InMemoryReporter() },
    );
    tracer.startSpan('op').finish();
    expect(tracer._tags['zone']).toBe('b');
    expect(metrics.get('jaeger:finished_spans')).toBe(1);
    expect(tracer.extract('text_map', { trace: 'a:b:0:1' })!.traceIdStr).toBe('a');
    expect(logger.warnings).toStrictEqual([]);
    expect(logger.errors).toStrictEqual([
      'config.metrics belongs in options; it is used as options.metrics',
      'config.logger belongs in options; it is used as options.logger',
      'config.tags belongs in options; it is used as options.tags',
      'config.contextKey belongs in options; it is used as options.contextKey',
    ]);
  });

  test('what options has wins', () => {
    const { tracer, logger } = init({ tags: { zone: 'b' } }, { tags: { zone: 'a' } });
    expect(tracer._tags['zone']).toBe('a');
    expect(logger.errors).toStrictEqual([
      'config.tags belongs in options; it is ignored, because options.tags is set',
    ]);
  });

  test('it is checked there', () => {
    expect(() => init({ maxLogsPerSpan: -1 }, {})).toThrow(RangeError);
  });
});

test('options.disable disables, and is named', () => {
  const { tracer, logger } = init({}, { disable: true });
  expect(tracer.startSpan('op').context().isValid).toBe(false);
  expect(logger.errors).toStrictEqual([
    'options.disable belongs in config; it is used as config.disable',
  ]);
});

test('what is given is not changed, and may be a class with accessors', () => {
  class Config {
    readonly #name = 'shop';
    get serviceName(): string {
      return this.#name;
    }
    get reporter(): object {
      return { agentHost: 'a' };
    }
  }
  const options = Object.freeze({ reporter: Object.freeze({ agentPort: 7 }) });
  const logger = new RecordingLogger();
  const tracer = initTracer(
    Object.freeze(new Config()) as TracingConfig,
    Object.freeze(Object.create({ logger }, { reporter: { value: options.reporter } })),
  );
  opened.push(tracer);
  expect(tracer._serviceName).toBe('shop');
  expect(destination(logger)).toBe('a:7 as compact Thrift');
  expect(options).toStrictEqual({ reporter: { agentPort: 7 } });
});
