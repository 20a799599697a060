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
      'Unknown key config.serviceNam. Did you mean serviceName?',
      'Unknown key config.sampler.Host. Did you mean host?',
      'Unknown key config.sampler.hostport. Did you mean hostPort?',
      'Unknown key config.reporter.agentPrt. Did you mean agentPort?',
      'Unknown key config.reporter.flushInterval. Did you mean flushIntervalMs?',
      'Unknown key config.reporter.logspans. Did you mean logSpans?',
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
      'Unknown key options.contextkey. Did you mean contextKey?',
      'Unknown key options.Tags. Did you mean tags?',
      'Unknown key options.maxLogPerSpan. Did you mean maxLogsPerSpan?',
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
      'Unknown key config.agentHost. Did you mean config.reporter.agentHost?',
      'Unknown key config.sampler.logSpans. Did you mean config.reporter.logSpans?',
      'Unknown key options.agentPort. Did you mean config.reporter.agentPort?',
      'Unknown key options.serviceName. Did you mean config.serviceName?',
      'Unknown key options.samplingPath. Did you mean config.sampler.samplingPath?',
    ]);
  });

  test('a key of any length', () => {
    expect(warned({ ['x'.repeat(100_000)]: 1 })).toHaveLength(1);
  });
});
