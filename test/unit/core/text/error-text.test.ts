import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { textOfValue } from '../../../../src/core/text/value-text.js';

/** An error whose stack is its name and message alone. */
function errorOf(message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.stack = `Error: ${message}`;
  return error;
}

describe('the text of an error', () => {
  test('is its stack, which begins with name and message', () => {
    const error = new TypeError('no such order');
    expect(textOfValue(error)).toBe(error.stack);
    expect(textOfValue(error)).toMatch(/^TypeError: no such order\n\s+at /);
  });

  test('is name and message where there is no stack', () => {
    const error = new RangeError('too far');
    Object.defineProperty(error, 'stack', { value: undefined });
    expect(textOfValue(error)).toBe('RangeError: too far');
  });

  test('has name and message in front of a stack that lacks them', () => {
    const error = new Error('later');
    error.stack = 'at shop.js:1';
    expect(textOfValue(error)).toBe('Error: later\nat shop.js:1');
  });

  test('has its causes, down to one that is no error', () => {
    const error = errorOf('a', errorOf('b', { code: 7 }));
    expect(textOfValue(error)).toBe('Error: a\nCaused by: Error: b\nCaused by: {"code":7}');
  });

  test('has the errors of an AggregateError', () => {
    const error = new AggregateError([errorOf('a'), errorOf('b', 'c')], 'all failed');
    error.stack = 'AggregateError: all failed';
    expect(textOfValue(error)).toBe(
      'AggregateError: all failed\nCaused by: Error: a\nCaused by: Error: b\nCaused by: c',
    );
  });

  test('ends, also where causes go round in a circle', () => {
    const error = errorOf('a');
    error.cause = errorOf('b', error);
    expect(textOfValue(error)).toBe('Error: a\nCaused by: Error: b');
  });

  test('tells ten errors at most', () => {
    let error = errorOf('deepest');
    for (let i = 0; i < 1000; i++) error = errorOf('next', error);
    expect(textOfValue(error).match(/Error: next/g)).toHaveLength(10);
  });

  test('is the same for an error of another realm', () => {
    const error = runInNewContext('new Error("far away")') as Error;
    expect(error instanceof Error).toBe(false);
    expect(textOfValue(error)).toMatch(/^Error: far away\n/);
  });

  test('stands as a text inside an object', () => {
    expect(textOfValue({ error: errorOf('a', errorOf('b')) })).toBe(
      '{"error":"Error: a\\nCaused by: Error: b"}',
    );
  });

  test('is cut at the limit', () => {
    expect(textOfValue(errorOf('x'.repeat(100)), 10)).toBe('Error: xxx');
  });
});
