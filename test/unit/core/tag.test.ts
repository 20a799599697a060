import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOfValue } from '../../../src/core/tag.js';

function named(): void {}

const circular: Record<string, unknown> = { name: 'loop' };
circular.self = circular;
circular.list = [circular];

const shared = { x: 1 };

describe('textOfValue', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a big integer', 12345678901234567890n, '12345678901234567890'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', named, '[Function: named]'],
    ['an object', { a: 1, b: [true, null, 'x'] }, '{"a":1,"b":[true,null,"x"]}'],
    ['a Date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['a Map, as JSON has it', new Map([[1, 2]]), '{}'],
    ['big integers inside', { n: 1n, list: [2n] }, '{"n":"1","list":["2"]}'],
    [
      'an object inside itself',
      circular,
      '{"name":"loop","self":"[Circular]","list":["[Circular]"]}',
    ],
    ['an object that comes twice', { a: shared, b: shared }, '{"a":{"x":1},"b":{"x":1}}'],
    ['a toJSON', { toJSON: () => 'short' }, '"short"'],
    ['a toJSON that gives nothing', { toJSON: () => undefined }, '[object Object]'],
    ['an object without a prototype', Object.create(null), '{}'],
  ])('%s', (_name, value, text) => {
    expect(textOfValue(value)).toBe(text);
  });

  test('an error is its stack, which begins with name and message', () => {
    const error = new TypeError('no such order');
    expect(textOfValue(error)).toBe(error.stack);
    expect(textOfValue(error)).toMatch(/^TypeError: no such order\n\s+at /);
  });

  test('an error without a stack is its name and message', () => {
    const error = new RangeError('too far');
    Object.defineProperty(error, 'stack', { value: undefined });
    expect(textOfValue(error)).toBe('RangeError: too far');
  });

  test('a deep chain of objects', () => {
    let chain: unknown = 'end';
    for (let i = 0; i < 500; i++) chain = { next: chain };
    expect(textOfValue(chain)).toBe(`${'{"next":'.repeat(500)}"end"${'}'.repeat(500)}`);
  });
});

const hostile: readonly [string, () => unknown][] = [
  [
    'a getter that throws',
    () => ({
      get a() {
        throw new Error('a');
      },
    }),
  ],
  ['a toJSON that throws', () => ({ toJSON: fail })],
  [
    'a toJSON and a toStringTag that throw',
    () => ({
      toJSON: fail,
      get [Symbol.toStringTag]() {
        return fail();
      },
    }),
  ],
  [
    'no prototype, and a toJSON that gives nothing',
    () => Object.assign(Object.create(null), { toJSON: () => undefined }),
  ],
  ['a function whose name throws', () => Object.defineProperty(() => 1, 'name', { get: fail })],
  [
    'a function whose name is a symbol',
    () => Object.defineProperty(() => 1, 'name', { value: Symbol('s') }),
  ],
  [
    'an error whose stack throws',
    () => Object.defineProperty(new Error('e'), 'stack', { get: fail }),
  ],
  ['an error whose stack is a list', () => Object.assign(new Error('e'), { stack: [1, 2] })],
  [
    'an error whose stack is an object that throws',
    () => Object.assign(new Error('e'), { stack: { toString: fail } }),
  ],
  ['a Proxy that throws', () => new Proxy({}, { ownKeys: fail, getPrototypeOf: fail, get: fail })],
  ['a revoked Proxy', () => revoked({})],
  ['a revoked Proxy of a function', () => revoked(() => 1)],
  ['objects too deep for JSON', () => deep()],
];

describe('never throws, and always gives text', () => {
  test.each(hostile)('%s', (_name, make) => {
    expect(typeof textOfValue(make())).toBe('string');
  });

  test('anything', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true, withDate: true, withMap: true }),
        (value) => {
          expect(typeof textOfValue(value)).toBe('string');
        },
      ),
      { seed: 5 },
    );
  });
});

function fail(): never {
  throw new Error('hostile');
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function deep(): unknown {
  let value: unknown[] = [];
  for (let i = 0; i < 100_000; i++) value = [value];
  return value;
}
