import { describe, expect, test } from 'vitest';
import { MethodTable } from '../../../../src/grpc/call/method.js';

describe('a method', () => {
  const of = (path: string, requestStream = false, responseStream = false): object =>
    new MethodTable(() => ({})).of({ path, requestStream, responseStream });

  test.each([
    ['/shop.v1.Users/Get', 'shop.v1.Users', 'Get'],
    ['/Users/Get', 'Users', 'Get'],
    ['shop.Users/Get', 'shop.Users', 'Get'],
    ['/a/b/c', 'a/b', 'c'],
    ['Get', '', 'Get'],
    ['/Get', '', 'Get'],
    ['', '', ''],
  ])('%j is of the service %j and called %j', (path, service, name) => {
    expect(of(path)).toMatchObject({ path, service, name });
  });

  test.each([
    [false, false, 'unary'],
    [true, false, 'clientStream'],
    [false, true, 'serverStream'],
    [true, true, 'bidi'],
  ])('with streams %j and %j is %s', (requestStream, responseStream, callType) => {
    expect(of('/a/b', requestStream, responseStream)).toMatchObject({ callType });
  });

  test('is worked out once, and again where its definition is another one', () => {
    const table = new MethodTable(() => ({}));
    const definition = { path: '/a/b', requestStream: false, responseStream: false };
    expect(table.of({ ...definition })).toBe(table.of({ ...definition }));
    expect(table.of({ ...definition, responseStream: true }).callType).toBe('serverStream');
  });

  test('is worked out each time, past the first 2,000 of an interceptor', () => {
    const table = new MethodTable(() => ({}));
    const definition = (i: number): Parameters<MethodTable['of']>[0] => ({
      path: `/a/${i}`,
      requestStream: false,
      responseStream: false,
    });
    for (let i = 0; i < 2000; i++) table.of(definition(i));
    expect(table.of(definition(1999))).toBe(table.of(definition(1999)));
    expect(table.of(definition(2000))).not.toBe(table.of(definition(2000)));
    expect(table.of(definition(2000)).name).toBe('2000');
  });
});
