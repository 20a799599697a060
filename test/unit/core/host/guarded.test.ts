import { expect, test } from 'vitest';
import { callGuarded } from '../../../../src/core/host/guarded.js';
import { settle } from '../../support/fake-platform.js';

function guarded(run: () => unknown): { result: unknown; errors: unknown[] } {
  const errors: unknown[] = [];
  return { result: callGuarded(run, (error) => errors.push(error)), errors };
}

test('gives what the function gives', () => {
  expect(guarded(() => 7)).toStrictEqual({ result: 7, errors: [] });
  expect(guarded(() => null)).toStrictEqual({ result: null, errors: [] });
});

test('hands over what it throws', () => {
  const error = new Error('no');
  const run = (): never => {
    throw error;
  };
  expect(guarded(run)).toStrictEqual({ result: undefined, errors: [error] });
});

test('hands over what its promise is rejected with, and what comes of a strange one', async () => {
  const error = new Error('later');
  const rejected = guarded(() => Promise.reject(error));
  await settle();
  expect(rejected.errors).toStrictEqual([error]);
  const raise = (): never => {
    throw error;
  };
  const strange = guarded(() => new Proxy({}, { get: raise }));
  expect(strange).toStrictEqual({ result: undefined, errors: [error] });
});
