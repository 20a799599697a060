import { hostname } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { nodePlatform } from '../../../../src/node/platform/platform.js';

const runtime = globalThis as { Deno?: unknown };

afterEach(() => {
  delete runtime.Deno;
});

test('the process has a host name and an address', () => {
  expect(nodePlatform.hostname!()).toBe(hostname());
  expect(nodePlatform.ip!()).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
});

describe('under Deno', () => {
  const asked: unknown[] = [];
  const answering = (state: string): void => {
    asked.length = 0;
    const querySync = (descriptor: unknown): unknown => {
      asked.push(descriptor);
      return { state };
    };
    runtime.Deno = { permissions: { querySync } };
  };

  test.each(['prompt', 'denied'])('nothing is read where the permission is %s', (state) => {
    answering(state);
    expect([nodePlatform.hostname!(), nodePlatform.ip!()]).toStrictEqual(['', '0.0.0.0']);
    expect(asked).toStrictEqual([
      { name: 'sys', kind: 'hostname' },
      { name: 'sys', kind: 'networkInterfaces' },
    ]);
  });

  test('it is read where the permission is granted', () => {
    answering('granted');
    expect(nodePlatform.hostname!()).toBe(hostname());
  });
});
