import { describe, expect, test, vi } from 'vitest';
import { FaultLog } from '../../../../src/grpc/settings/fault-log.js';
import { RecordingLogger } from '../../support/recording-logger.js';

describe('a fault', () => {
  test('is said by the logger of the options, else by that of the tracer, else by nobody', () => {
    const [own, tracers] = [new RecordingLogger(), new RecordingLogger()];
    new FaultLog(own).report('inject', 'no', { _logger: tracers });
    new FaultLog(undefined).report('inject', 'no', { _logger: tracers });
    new FaultLog(undefined).report('inject', 'no', { _logger: 'none' });
    new FaultLog(undefined).report('inject', 'no', {});
    new FaultLog(undefined).report('inject', 'no');
    const line = 'gRPC tracing: inject: no';
    expect([own.errors, tracers.errors]).toStrictEqual([[line], [line]]);
  });

  test('is said again a minute later, each kind by itself, also after the clock was set back', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    try {
      const logger = new RecordingLogger();
      const log = new FaultLog(logger);
      const said = (kind: string): string | undefined => {
        const before = logger.errors.length;
        log.report(kind, 'x');
        return logger.errors[before];
      };
      expect(said('a')).toBe('gRPC tracing: a: x');
      expect(said('a')).toBeUndefined();
      expect(said('b')).toBe('gRPC tracing: b: x');
      vi.setSystemTime(1_700_000_059_999);
      expect(said('a')).toBeUndefined();
      vi.setSystemTime(1_700_000_060_000);
      expect(said('a')).toBe('gRPC tracing: a: x (2 more were suppressed since the last one)');
      vi.setSystemTime(1_600_000_000_000);
      expect(said('a')).toBe('gRPC tracing: a: x');
    } finally {
      vi.useRealTimers();
    }
  });
});
