import { expect, test } from 'vitest';
import { logError, logInfo, logWarning, NullLogger } from '../../../../src/core/host/logger.js';
import { RecordingLogger, THROWING_LOGGER } from '../../support/recording-logger.js';

test('each line goes where it belongs', () => {
  const logger = new RecordingLogger();
  logError(logger, 'e');
  logInfo(logger, 'i');
  logWarning(logger, 'w');
  expect([logger.errors, logger.infos, logger.warnings]).toStrictEqual([['e'], ['i'], ['w']]);
});

test('a warning is an info where the logger has no warn', () => {
  const infos: string[] = [];
  const logger = { info: (msg: string) => void infos.push(msg), error: () => {} };
  logWarning(logger, 'w');
  logWarning({ ...logger, warn: 'loud' } as never, 'x');
  expect(infos).toStrictEqual(['w', 'x']);
});

test('a logger that throws hurts nobody', () => {
  for (const log of [logError, logInfo, logWarning]) {
    expect(() => log(THROWING_LOGGER, 'text')).not.toThrow();
    expect(() => log({} as never, 'text')).not.toThrow();
  }
});

test('the default logger says nothing', () => {
  const logger = new NullLogger();
  expect([logger.info('i'), logger.error('e')]).toStrictEqual([undefined, undefined]);
});
