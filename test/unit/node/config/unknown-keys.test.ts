import { describe, expect, test } from 'vitest';
import type { TracingConfig, TracingOptions } from '../../../../src/node/config/tracing-config.js';
import { warnUnknownKeys } from '../../../../src/node/config/unknown-keys.js';
import { RecordingLogger } from '../../support/recording-logger.js';

function warned(config: object, options: object = {}): string[] {
  const logger = new RecordingLogger();
  warnUnknownKeys(config as TracingConfig, options as TracingOptions, logger);
  expect(logger.errors).toStrictEqual([]);
  return logger.warnings;
}

describe('keys that nothing reads', () => {
  test('are named, with the one that was probably meant', () => {
    expect(
      warned({
        serviceNam: 'shop',
        sampler: { type: 'const', param: 1, Host: 'h', hostport: 'x' },
        reporter: { agentPrt: 1, flushInterval: 5, logspans: true },
      }),
    ).toStrictEqual([
      'config.serviceNam is not known. Did you mean serviceName?',
      'config.sampler.Host is not known. Did you mean host?',
      'config.sampler.hostport is not known. Did you mean hostPort?',
      'config.reporter.agentPrt is not known. Did you mean agentPort?',
      'config.reporter.flushInterval is not known. Did you mean flushIntervalMs?',
      'config.reporter.logspans is not known. Did you mean logSpans?',
    ]);
  });

  test('all that are known are known', () => {
    expect(
      warned({
        serviceName: 'shop',
        disable: false,
        sampler: {
          type: 'remote',
          param: 1,
          hostPort: 'h:1',
          host: 'h',
          port: 1,
          samplingPath: '/sampling',
          refreshIntervalMs: 1,
        },
        reporter: {
          logSpans: true,
          agentHost: 'h',
          agentPort: 1,
          agentSocketType: 'udp4',
          protocol: 'compact',
          flushIntervalMs: 1,
          maxPacketSize: 1000,
          maxQueuedBytes: 1,
          maxQueueSize: 1,
          closeTimeoutMs: 1,
          collectorEndpoint: 'http://h',
          username: 'u',
          password: 'p',
          timeoutMs: 1,
        },
        throttler: {},
        traceId128bit: true,
        shareRpcSpan: true,
      }),
    ).toStrictEqual([]);
  });

  test.each([null, undefined, 'const', 7])('parts that are %s are passed over', (part) => {
    expect(warned({ sampler: part, reporter: part })).toStrictEqual([]);
  });

  test('so are those of options', () => {
    expect(
      warned({}, { logger: console, contextkey: 'a', Tags: {}, maxLogPerSpan: 1 }),
    ).toStrictEqual([
      'options.contextkey is not known. Did you mean contextKey?',
      'options.Tags is not known. Did you mean tags?',
      'options.maxLogPerSpan is not known. Did you mean maxLogsPerSpan?',
    ]);
    const all =
      'reporter metrics logger tags baggageRestrictionManager throttler debugThrottler contextKey ' +
      'baggagePrefix traceId128bit shareRpcSpan padIds implicitParent flushOnExit closeTimeoutMs ' +
      'maxLogsPerSpan maxTagValueLength numbersAsDouble';
    const options = Object.fromEntries(all.split(' ').map((key) => [key, 1]));
    expect(warned({}, options)).toStrictEqual([]);
  });

  test('one that another place has is named with that place', () => {
    expect(
      warned(
        { agentHost: 'h', sampler: { type: 'const', param: 1, logSpans: true } },
        { agentPort: 1, serviceName: 'shop', samplingPath: '/' },
      ),
    ).toStrictEqual([
      'config.agentHost is not known. Did you mean config.reporter.agentHost?',
      'config.sampler.logSpans is not known. Did you mean config.reporter.logSpans?',
      'options.agentPort is not known. Did you mean config.reporter.agentPort?',
      'options.serviceName is not known. Did you mean config.serviceName?',
      'options.samplingPath is not known. Did you mean config.sampler.samplingPath?',
    ]);
  });

  test('a key of any length', () => {
    expect(warned({ ['x'.repeat(100_000)]: 1 })).toHaveLength(1);
  });
});
