import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { textOfValue } from '../../../../src/core/text/value-text.js';

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
    ['a Date that is none', new Date(Number.NaN), 'null'],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 2 }, new Map()],
      ]),
      '{"a":1,"{\\"b\\":2}":{}}',
    ],
    ['a Set', new Set([1, 'b', [2]]), '[1,"b",[2]]'],
    ['a regular expression inside', { re: /a+/g }, '{"re":"/a+/g"}'],
    [
      'bytes inside',
      { body: Buffer.from('hi'), words: new Uint16Array([1]) },
      '{"body":"6869","words":"0100"}',
    ],
    ['numbers that JSON has not', { n: [Number.NaN, -0, Infinity] }, '{"n":[null,0,null]}'],
    [
      'what JSON leaves out',
      { a: undefined, b: fail, c: Symbol('c'), d: [undefined] },
      '{"d":[null]}',
    ],
    ['wrapped primitives', [new String('s'), new Number(1), new Boolean(false)], '["s",1,false]'],
    ['a lone surrogate inside', { a: '\ud800' }, '{"a":"\\ud800"}'],
    [
      'a toJSON inside, which is told its key',
      { at: { toJSON: (key: string) => key } },
      '{"at":"at"}',
    ],
    ['a big integer of absurd length', 2n ** 70_000n, '[BigInt of more than 65536 bits]'],
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

  test('objects are opened to a depth of 100', () => {
    const chain = (depth: number): unknown => {
      let value: unknown = 'end';
      for (let i = 0; i < depth; i++) value = { next: value };
      return value;
    };
    const opened = (end: string): string => `${'{"next":'.repeat(100)}${end}${'}'.repeat(100)}`;
    expect(textOfValue(chain(100))).toBe(opened('"end"'));
    expect(textOfValue(chain(101))).toBe(opened('"[Object]"'));
    expect(textOfValue(chain(1_000_000))).toBe(opened('"[Object]"'));
  });

  test('a value whose own code throws does not hide its neighbours', () => {
    const value = {
      a: 1,
      get b() {
        return fail();
      },
      c: { toJSON: fail },
      d: new Proxy({}, { ownKeys: fail }),
      e: [revoked({}), 2],
    };
    expect(textOfValue(value)).toBe(
      '{"a":1,"b":"[unreadable]","c":"[unreadable]","d":"[unreadable]","e":["[unreadable]",2]}',
    );
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

describe('is bounded', () => {
  const MAX = 1000;
  /** Counts how often it is looked at. */
  const counting = (): { list: unknown[]; looks: () => number } => {
    let looks = 0;
    const list = new Proxy(Object.assign([], { length: 1_000_000 }) as unknown[], {
      get: (target, key) => {
        looks++;
        return key in target || typeof key === 'symbol' ? Reflect.get(target, key) : 'x';
      },
    });
    return { list, looks: () => looks };
  };

  test.each<[string, () => unknown]>([
    ['a text of 10 million units inside', () => ({ text: 'x'.repeat(10_000_000) })],
    ['a list of a million', () => Array.from({ length: 1_000_000 }, () => 'abc')],
    ['a list with holes', () => Object.assign([], { length: 4_000_000_000 })],
    [
      'a Map that never ends',
      () =>
        new Map().set(
          'a',
          Array.from({ length: 100_000 }, () => ({})),
        ),
    ],
    ['bytes inside', () => [new Uint8Array(10_000_000)]],
    ['a symbol', () => Symbol('x'.repeat(100_000))],
    ['an error with a huge message', () => new Error('x'.repeat(1_000_000))],
    ['an error inside', () => [new Error('x'.repeat(1_000_000))]],
    ['a million properties that are left out', () => manyFunctions(100_000)],
  ])('%s', (_name, make) => {
    const text = textOfValue(make(), MAX);
    expect(text.length).toBeLessThanOrEqual(MAX);
  });

  test('no more of it is looked at than is written', () => {
    const { list, looks } = counting();
    expect(textOfValue(list, MAX)).toHaveLength(MAX);
    expect(looks()).toBeLessThan(10 * MAX);
  });

  test('at a character, not within one', () => {
    expect(textOfValue(['ab😀'], 5)).toBe('["ab');
    expect(textOfValue(['ab😀'], 6)).toBe('["ab😀');
  });
});

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

function manyFunctions(count: number): unknown {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, fail]));
}

function deep(): unknown {
  let value: unknown[] = [];
  for (let i = 0; i < 100_000; i++) value = [value];
  return value;
}
