import { describe, expect, test } from 'vitest';
import type { ReporterConfig, TracingConfig } from '../../../../src/node/config/tracing-config.js';
import {
  checkOptions,
  checkReporterConfig,
  logKeysWithoutEffect,
} from '../../../../src/node/config/check.js';
import { RecordingLogger } from '../../support/recording-logger.js';

describe('reporter options of jaeger-client', () => {
  const checked = (config: object): [object, string[]] => {
    const logger = new RecordingLogger();
    return [checkReporterConfig(config as ReporterConfig, logger), logger.errors];
  };

  test('are taken as they are', () => {
    const [values, errors] = checked({
      agentHost: 'agent',
      agentPort: 6832,
      protocol: 'binary',
      flushIntervalMs: 20,
      maxPacketSize: 200,
      maxQueuedBytes: 1,
      maxQueueSize: 0,
      closeTimeoutMs: 1,
    });
    expect(values).toStrictEqual({
      host: 'agent',
      port: 6832,
      protocol: 'binary',
      flushIntervalMs: 20,
      maxPacketSize: 200,
      maxQueuedBytes: 1,
      maxQueueSize: 0,
      closeTimeoutMs: 1,
    });
    expect(errors).toStrictEqual([]);
  });

  test('that are not there are the defaults', () => {
    for (const nothing of [
      {},
      { agentHost: '', agentPort: 0, flushIntervalMs: 0 },
      { agentPort: '' },
    ]) {
      const [values, errors] = checked(nothing);
      expect(Object.values(values).every((value) => value === undefined)).toBe(true);
      expect(errors).toStrictEqual([]);
    }
  });

  test('a port may be text', () => {
    expect(checked({ agentPort: '6832' })[0]).toMatchObject({ port: 6832 });
  });

  test.each([-1, 65_536, 1.5, Number.NaN, 'http', {}, [1, 2]])(
    'the port %j is said once to be wrong, and the default is used',
    (agentPort) => {
      expect(checked({ agentPort })).toStrictEqual([
        expect.objectContaining({ port: undefined }),
        [
          `reporter.agentPort must be an integer, 1 to 65535. Received ${String(agentPort)}; using the default`,
        ],
      ]);
    },
  );

  test.each([-1, 2 ** 31, 'soon', Number.POSITIVE_INFINITY])(
    'the flush interval %j is said to be wrong, and the default is used',
    (flushIntervalMs) => {
      expect(checked({ flushIntervalMs })).toStrictEqual([
        expect.objectContaining({ flushIntervalMs: undefined }),
        [
          `reporter.flushIntervalMs must be 1 to 2147483647. Received ${flushIntervalMs}; using 1000`,
        ],
      ]);
    },
  );
});

describe('options of our own throw', () => {
  test.each<[object, string]>([
    [{ protocol: 'json' }, 'reporter.protocol must be "compact" or "binary". Received json'],
    [
      { maxPacketSize: 199 },
      'reporter.maxPacketSize must be an integer, 200 to 65507. Received 199',
    ],
    [
      { maxPacketSize: 65_508 },
      'reporter.maxPacketSize must be an integer, 200 to 65507. Received 65508',
    ],
    [
      { maxPacketSize: '1000' },
      'reporter.maxPacketSize must be an integer, 200 to 65507. Received 1000',
    ],
    [{ maxQueuedBytes: 0 }, 'reporter.maxQueuedBytes must be an integer, at least 1. Received 0'],
    [
      { maxQueuedBytes: Number.NaN },
      'reporter.maxQueuedBytes must be an integer, at least 1. Received NaN',
    ],
    [{ maxQueueSize: -1 }, 'reporter.maxQueueSize must be an integer, at least 0. Received -1'],
    [{ maxQueueSize: 1.5 }, 'reporter.maxQueueSize must be an integer, at least 0. Received 1.5'],
    [
      { closeTimeoutMs: 0 },
      'reporter.closeTimeoutMs must be an integer, 1 to 2147483647. Received 0',
    ],
    [
      { closeTimeoutMs: 2 ** 31 },
      'reporter.closeTimeoutMs must be an integer, 1 to 2147483647. Received 2147483648',
    ],
  ])('%j', (config, text) => {
    expect(() => checkReporterConfig(config, new RecordingLogger())).toThrow(new RangeError(text));
  });
});

describe('options of our own', () => {
  test.each<[Parameters<typeof checkOptions>[0], string]>([
    [
      { maxTagValueLength: -1 },
      'options.maxTagValueLength must be an integer, at least 0. Received -1',
    ],
    [
      { maxTagValueLength: '9' as never },
      'options.maxTagValueLength must be an integer, at least 0. Received 9',
    ],
    [
      { maxLogsPerSpan: 1.5 },
      'options.maxLogsPerSpan must be an integer, at least 0. Received 1.5',
    ],
    [{ maxBaggage: 5 as never }, 'options.maxBaggage must be { items, bytes }. Received 5'],
    [
      { maxBaggage: { items: -1 } },
      'options.maxBaggage.items must be an integer, at least 0. Received -1',
    ],
    [
      { maxBaggage: { items: 1, bytes: 1.5 } },
      'options.maxBaggage.bytes must be an integer, at least 0. Received 1.5',
    ],
    ...[0, -1, 1.5, Number.NaN, 2 ** 31, '5000'].map(
      (closeTimeoutMs): [Parameters<typeof checkOptions>[0], string] => [
        { closeTimeoutMs: closeTimeoutMs as number },
        `options.closeTimeoutMs must be an integer, 1 to 2147483647. Received ${closeTimeoutMs}`,
      ],
    ),
  ])('%j throws', (options, text) => {
    expect(() => checkOptions(options)).toThrow(new RangeError(text));
  });

  test.each([undefined, null, {}, { items: 0, bytes: 0 }, { items: undefined, bytes: 1 }])(
    'maxBaggage %j does not throw',
    (maxBaggage) => {
      expect(() => checkOptions({ maxBaggage })).not.toThrow();
    },
  );

  test('0 is no limit', () => {
    expect(() => checkOptions({ maxTagValueLength: 0, maxLogsPerSpan: 0 })).not.toThrow();
  });
});

describe('keys of jaeger-client that have no effect yet', () => {
  const logged = (config: object): string[] => {
    const logger = new RecordingLogger();
    logKeysWithoutEffect(config as TracingConfig, logger);
    return logger.errors;
  };

  test('are named in one line', () => {
    expect(logged({ reporter: { username: 'u' } })).toStrictEqual([
      'Ignored, not supported yet: reporter.username',
    ]);
    expect(
      logged({
        reporter: { username: 'u', password: 'p', timeoutMs: 1 },
        sampler: { hostPort: 'h:1', host: 'h', port: 1, samplingPath: '/', refreshIntervalMs: 1 },
      }),
    ).toStrictEqual([
      'Ignored, not supported yet: reporter.username, reporter.password, reporter.timeoutMs, ' +
        'sampler.hostPort, sampler.host, sampler.port, sampler.samplingPath, ' +
        'sampler.refreshIntervalMs',
    ]);
  });

  test.each([{}, { reporter: null }, { reporter: { username: undefined }, sampler: 'const' }])(
    'in %j there are none',
    (config) => {
      expect(logged(config)).toStrictEqual([]);
    },
  );
});
