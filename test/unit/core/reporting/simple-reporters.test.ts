import { describe, expect, test } from 'vitest';
import type { Reporter } from '../../../../src/core/reporting/reporter.js';
import {
  CompositeReporter,
  InMemoryReporter,
  LoggingReporter,
  NoopReporter,
} from '../../../../src/core/reporting/simple-reporters.js';
import { RecordingLogger, THROWING_LOGGER } from '../../support/recording-logger.js';
import { spanOf } from './piped.js';

test.each([
  [new NoopReporter(), 'NoopReporter'],
  [new InMemoryReporter(), 'InMemoryReporter'],
  [new LoggingReporter(), 'LoggingReporter'],
])('%s', async (reporter, name) => {
  expect([reporter.name(), String(reporter)]).toStrictEqual([name, name]);
  reporter.setProcess('shop', []);
  reporter.report(spanOf('a'));
  await new Promise<void>((resolve) => reporter.close(resolve));
  expect(reporter.close()).toBeUndefined();
});

test('InMemoryReporter keeps the spans until it is cleared', () => {
  const reporter = new InMemoryReporter();
  const [a, b] = [spanOf('a'), spanOf('b')];
  reporter.setProcess('shop', [{ key: 'k', value: 'v' }]);
  reporter.report(a);
  reporter.report(b);
  expect(reporter.spans).toStrictEqual([a, b]);
  expect(reporter._process).toStrictEqual({
    serviceName: 'shop',
    tags: [{ key: 'k', value: 'v' }],
  });
  reporter.clear();
  expect(reporter.spans).toStrictEqual([]);
});

test('LoggingReporter writes a line per span', () => {
  const logger = new RecordingLogger();
  const span = spanOf('a');
  new LoggingReporter(logger).report(span);
  expect(logger.infos).toStrictEqual([`Reporting span ${span.context()}`]);
  expect(() => new LoggingReporter(THROWING_LOGGER).report(span)).not.toThrow();
});

describe('CompositeReporter', () => {
  /** A reporter that notes what it is asked. */
  function noting(name: string, asked: string[]): Reporter {
    return {
      report: (span) => void asked.push(`${name} report ${span.operationName}`),
      setProcess: (serviceName, tags) =>
        void asked.push(`${name} process ${serviceName} ${tags.length}`),
      close: (callback) => {
        asked.push(`${name} close`);
        callback?.();
      },
      flush: async () => void asked.push(`${name} flush`),
    };
  }

  test('tells everything to all', async () => {
    const asked: string[] = [];
    const composite = new CompositeReporter([noting('a', asked), noting('b', asked)]);
    let called = 0;
    composite.setProcess('shop', []);
    composite.report(spanOf('op'));
    await composite.flush(() => called++);
    await composite.close(() => called++);
    expect(asked).toStrictEqual(
      ['process shop 0', 'report op', 'flush', 'close'].flatMap((what) => [
        `a ${what}`,
        `b ${what}`,
      ]),
    );
    expect(called).toBe(2);
  });

  test('names its reporters', () => {
    const composite = new CompositeReporter([new LoggingReporter(), new NoopReporter()]);
    expect(composite.name()).toBe('CompositeReporter');
    expect(String(composite)).toBe('CompositeReporter(LoggingReporter,NoopReporter)');
  });

  test('one that throws keeps nothing from the others, and is told of', async () => {
    const memory = new InMemoryReporter();
    const fail = (): never => {
      throw new Error('broken');
    };
    const broken: Reporter = { report: fail, close: fail, flush: fail };
    const composite = new CompositeReporter([broken, memory]);
    const span = spanOf('a');
    expect(() => composite.report(span)).toThrow('broken');
    expect(memory.spans).toStrictEqual([span]);
    await composite.flush();
    await composite.close();
  });

  test('also one that throws nothing at all', () => {
    const broken: Reporter = {
      close: () => {},
      report: () => {
        // An application may throw anything.
        throw undefined;
      },
    };
    let thrown = false;
    try {
      new CompositeReporter([broken]).report(spanOf('a'));
    } catch {
      thrown = true;
    }
    expect(thrown).toBe(true);
  });

  test('a reporter of the barest kind will do', async () => {
    const bare: Reporter = { report: () => {}, close: (callback) => callback?.() };
    const composite = new CompositeReporter([bare]);
    composite.setProcess('shop', []);
    await composite.flush();
    await composite.close();
    expect(composite.stats).toBeUndefined();
  });

  test('has the send errors of the first that knows any', () => {
    const knowing = { report: () => {}, close: () => {}, sendErrors: () => ({ refused: 2 }) };
    const both = new CompositeReporter([new NoopReporter(), knowing]);
    expect(both.sendErrors()).toStrictEqual({ refused: 2 });
    expect(new CompositeReporter([new NoopReporter()]).sendErrors()).toStrictEqual({});
  });

  test('has the stats of the first that keeps any', () => {
    const dropped = { queueFull: 0, tooLarge: 0, sendFailed: 0, encodeError: 0, closed: 0 };
    const counting = (sent: number): Reporter => ({
      report: () => {},
      close: () => {},
      stats: () => ({ sent, waiting: 0, dropped }),
    });
    const composite = new CompositeReporter([new NoopReporter(), counting(1), counting(2)]);
    expect(composite.stats!()).toStrictEqual({ sent: 1, waiting: 0, dropped });
  });
});
