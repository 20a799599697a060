import fc from 'fast-check';

/**
 * Values that break code which trusts its callers. Each is made anew where it is used: a test must
 * not see what another one did to it, and fast-check must be able to print a failing program without
 * touching what throws when it is touched.
 */
export class HostileValue {
  readonly name: string;
  private readonly maker: () => unknown;

  constructor(name: string, maker: () => unknown) {
    this.name = name;
    this.maker = maker;
  }

  make(): unknown {
    return this.maker();
  }

  /** What fast-check prints. */
  [fc.toStringMethod](): string {
    return `hostile(${this.name})`;
  }
}

/** What hostile values throw: an error, or something worse. Tests can tell it from a real mistake. */
class HostileError extends Error {
  override readonly name: string = 'HostileError';
}

export function throwHostile(): never {
  throw new HostileError('thrown by a hostile value');
}

/** Things to throw, or to reject with, that are no errors, or errors that cannot be read. */
export const HOSTILE_THROWABLES: readonly HostileValue[] = [
  hostile('an error', () => new HostileError('thrown')),
  hostile('an error whose message throws', () =>
    Object.defineProperty(new Error('x'), 'message', { get: throwHostile }),
  ),
  hostile('an error whose message is a symbol', () =>
    Object.defineProperty(new Error('x'), 'message', { value: Symbol('message') }),
  ),
  hostile('an error whose name and text throw', () =>
    // Not of a real error: making its stack asks for its text, and Node would be the one that throws.
    Object.create(Error.prototype, {
      name: { get: throwHostile },
      toString: { value: throwHostile },
      stack: { get: throwHostile },
    }),
  ),
  hostile('undefined', () => undefined),
  hostile('null', () => null),
  hostile('a symbol', () => Symbol('thrown')),
  hostile('an object without a prototype', () => Object.create(null)),
  hostile('a Proxy that throws', () => throwingProxy()),
  hostile('a revoked Proxy', () => revokedProxy()),
  hostile('a revoked Proxy of a function', () => revokedProxy(() => undefined)),
];

const TRAPS: readonly (keyof ProxyHandler<object>)[] = [
  'apply',
  'construct',
  'defineProperty',
  'deleteProperty',
  'get',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'has',
  'isExtensible',
  'ownKeys',
  'preventExtensions',
  'set',
  'setPrototypeOf',
];

/** A Proxy whose every trap throws; `thrown` makes what it throws. */
export function throwingProxy<T extends object>(
  target: T = {} as T,
  thrown: () => unknown = () => new HostileError('thrown by a trap'),
): T {
  const trap = (): never => {
    throw thrown();
  };
  return new Proxy(target, Object.fromEntries(TRAPS.map((name) => [name, trap])));
}

/** A Proxy that behaves for `calls` traps, and throws from then on: trouble in the middle of something. */
export function failingAfter<T extends object>(calls: number, target: T): T {
  let left = calls;
  const handler = Object.fromEntries(
    TRAPS.map((name) => [
      name,
      (...args: unknown[]): unknown => {
        if (left-- <= 0) throwHostile();
        return (Reflect[name] as (...rest: unknown[]) => unknown)(...args);
      },
    ]),
  );
  return new Proxy(target, handler);
}

function revokedProxy<T extends object>(target: T = {} as T): T {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** An object of which each of these properties throws when it is read. */
export function throwingGetters(...keys: readonly PropertyKey[]): object {
  const target = {};
  for (const key of keys) {
    Object.defineProperty(target, key, { get: throwHostile, enumerable: true, configurable: true });
  }
  return target;
}

/** Arrays or objects in each other, `depth` of them. */
function nested(depth: number, kind: 'array' | 'object' = 'array'): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = kind === 'array' ? [value] : { v: value };
  return value;
}

function circular(): object {
  const value: Record<string, unknown> = { a: 1 };
  value['self'] = value;
  value['list'] = [value, { value }];
  return value;
}

function circularCause(): Error {
  const error = new Error('round');
  const cause = new Error('and round', { cause: error });
  return Object.assign(error, { cause });
}

/** A value whose `toJSON` gives another such value. */
function endlessToJson(): object {
  return { toJSON: endlessToJson };
}

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8);
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
}

function detachedView(): Uint8Array {
  const view = new Uint8Array(8);
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

/** Scalars: everything that is no object. */
const HOSTILE_SCALARS: readonly HostileValue[] = [
  ...[undefined, null, true, false, 0, -0, 1, -1, 0.1, 5e-324, 1.7976931348623157e308].map(literal),
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(literal),
  ...[2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 2 ** 63, 2 ** 64].map(literal),
  ...[0n, 1n, -1n, 2n ** 63n, 2n ** 64n, -(2n ** 200n)].map(literal),
  ...['', ' ', '\0', '__proto__', 'constructor', 'toString', 'length', 'sampling.priority'].map(
    literal,
  ),
  ...['span.kind', 'uber-trace-id', '%', '%zz', 'a\r\nb', '\u2028', 'é', '\u{1f600}'].map(literal),
  hostile('a lone high surrogate', () => 'a\ud800'),
  hostile('a lone low surrogate', () => '\udc00b'),
  hostile('surrogates in the wrong order', () => '\udc00\ud800'),
  hostile('a symbol', () => Symbol('value')),
  hostile('a symbol without a text', () => Symbol()),
  hostile('a well-known symbol', () => Symbol.iterator),
];

/** Objects of every kind that ECMAScript has, and some that Node adds. */
export const HOSTILE_OBJECTS: readonly HostileValue[] = [
  hostile('an empty object', () => ({})),
  hostile('an object without a prototype', () => Object.create(null)),
  hostile('a filled object without a prototype', () =>
    Object.assign(Object.create(null), { a: 1, 'span.kind': 'server' }),
  ),
  hostile('a frozen object', () => Object.freeze({ a: 1 })),
  hostile('__proto__ as an own key', () => JSON.parse('{"__proto__":{"a":1},"b":2}')),
  hostile('inherited keys', () => Object.create({ 'span.kind': 'server', a: 1 })),
  hostile('a circular object', circular),
  hostile('an array', () => [1, 'two', [3]]),
  hostile('a sparse array', () => Object.assign([], { 3: 1, length: 1000 })),
  hostile('something like an array', () => ({ length: 2 ** 31, 0: 'a' })),
  hostile('a function', () => function named() {}),
  hostile('a function without a name', () => () => undefined),
  hostile('a function whose name throws', () =>
    Object.defineProperty(() => undefined, 'name', { get: throwHostile }),
  ),
  hostile('a class', () => HostileError),
  hostile('a Date', () => new Date(1_700_000_000_123)),
  hostile('an invalid Date', () => new Date(Number.NaN)),
  hostile('a Date whose valueOf throws', () =>
    Object.assign(new Date(1), { valueOf: throwHostile, toJSON: throwHostile }),
  ),
  hostile('a regular expression', () => /a+/g),
  hostile('a Map', () => new Map<unknown, unknown>([[{}, new Map([[1n, Symbol('x')]])]])),
  hostile('a Set', () => new Set<unknown>([1n, Symbol('x')])),
  hostile('a WeakMap', () => new WeakMap()),
  hostile('a promise', () => Promise.resolve(1)),
  hostile('something like a promise that throws', () => throwingGetters('then')),
  hostile('a generator', () => [1, 2].values()),
  hostile('boxed values', () => [new Number(1), new String('s'), new Boolean(false), Object(1n)]),
  hostile('an Error', () => new Error('plain')),
  hostile('an Error with a cause', () => new TypeError('outer', { cause: new Error('inner') })),
  hostile('an Error that is its own cause', circularCause),
  hostile('an AggregateError', () => new AggregateError([new Error('a'), 1n], 'several')),
  hostile('a Buffer', () => Buffer.from('buffer')),
  hostile('an empty Buffer', () => Buffer.alloc(0)),
  hostile('a Float64Array', () => new Float64Array([0.1, Number.NaN])),
  hostile('a BigInt64Array', () => new BigInt64Array([1n])),
  hostile('a DataView', () => new DataView(new ArrayBuffer(5), 1)),
  hostile('an ArrayBuffer', () => new ArrayBuffer(3)),
  hostile('a SharedArrayBuffer', () => new SharedArrayBuffer(3)),
  hostile('an ArrayBuffer that is gone', detached),
  hostile('a view of one that is gone', detachedView),
];

/** Objects whose own code throws, or that throw when they are touched. */
export const HOSTILE_TRAPS: readonly HostileValue[] = [
  hostile('a Proxy that throws', () => throwingProxy()),
  hostile('a Proxy of an array that throws', () => throwingProxy([])),
  hostile('a Proxy of a function that throws', () => throwingProxy(() => undefined)),
  hostile('a Proxy that throws what cannot be read', () => throwingProxy({}, revokedProxy)),
  hostile('a Proxy that throws undefined', () => throwingProxy({}, () => undefined)),
  hostile('a Proxy of a Date', () => new Proxy(new Date(1), {})),
  hostile('a Proxy of bytes', () => new Proxy(new Uint8Array(3), {})),
  hostile('a Proxy of an Error', () => new Proxy(new Error('proxied'), {})),
  hostile('a Proxy that lies of its keys', () => new Proxy({}, { ownKeys: () => ['a', 'b'] })),
  hostile('a revoked Proxy', () => revokedProxy()),
  hostile('a revoked Proxy of an array', () => revokedProxy([])),
  hostile('a revoked Proxy of a function', () => revokedProxy(() => undefined)),
  hostile('a getter that throws', () => throwingGetters('a', 'length', 'span.kind', 'toJSON')),
  hostile('the text of it throws', () => ({ toString: throwHostile, valueOf: throwHostile })),
  hostile('a primitive of it throws', () => ({ [Symbol.toPrimitive]: throwHostile })),
  hostile('the text of it is no text', () => ({ toString: () => ({}), valueOf: () => ({}) })),
  hostile('the tag of it throws', () => throwingGetters(Symbol.toStringTag)),
  hostile('toJSON throws', () => ({ toJSON: throwHostile })),
  hostile('toJSON throws what cannot be read', () => ({
    toJSON: () => {
      throw revokedProxy<Error>();
    },
  })),
  hostile('toJSON gives undefined', () => ({ toJSON: () => undefined })),
  hostile('toJSON gives a symbol', () => ({ toJSON: () => Symbol('json') })),
  hostile('toJSON gives a Proxy that throws', () => ({ toJSON: () => throwingProxy() })),
  hostile('toJSON without an end', endlessToJson),
  hostile('an iterator that throws', () => ({ [Symbol.iterator]: throwHostile })),
  ...HOSTILE_THROWABLES.slice(1, 4),
];

/** Small in memory and without an end to whoever walks through them: what one costs must be bounded. */
export const HOSTILE_SIZES: readonly HostileValue[] = [
  hostile('an array whose length is huge', () => Object.assign([], { length: 2 ** 32 - 1 })),
  hostile('a million arrays in each other', () => nested(1_000_000)),
  hostile('a million objects in each other', () => nested(1_000_000, 'object')),
  hostile('the same array sixty times in each other', () => {
    let value: unknown[] = [];
    for (let i = 0; i < 60; i++) value = [value, value];
    return value;
  }),
  hostile('ten million characters', () => 'x'.repeat(10_000_000)),
  hostile('a Proxy with a hundred thousand keys', () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `k${i}`);
    const descriptor = { value: 1, enumerable: true, configurable: true };
    return new Proxy({}, { ownKeys: () => keys, getOwnPropertyDescriptor: () => descriptor });
  }),
];

/** All of the above but `HOSTILE_SIZES`. */
export const HOSTILE_VALUES: readonly HostileValue[] = [
  ...HOSTILE_SCALARS,
  ...HOSTILE_OBJECTS,
  ...HOSTILE_TRAPS,
];

/** Texts of up to that many UTF-16 units: short, long, of any characters, lone surrogates too. */
function anyHostileText(maxLength: number = 100_000): fc.Arbitrary<string> {
  const unit = fc.constantFrom('x', 'é', '\u20ac', '\u{1f600}', '\ud800', '\0', '"', '%');
  const long = fc
    .tuple(unit, fc.integer({ min: 0, max: maxLength }))
    .map(([text, length]) => text.repeat(Math.ceil(length / text.length)).slice(0, length));
  return fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    { weight: 2, arbitrary: fc.constantFrom('__proto__', 'sampling.priority', 'span.kind', '') },
    { weight: 1, arbitrary: long },
  );
}

const anyDepth = fc.constantFrom(10, 1000, 20_000);

/** Large ones: their size is what is hostile. */
const anyLarge: fc.Arbitrary<HostileValue> = fc.oneof(
  fc
    .record({ depth: anyDepth, kind: fc.constantFrom('array' as const, 'object' as const) })
    .map(({ depth, kind }) =>
      hostile(`${kind}s in each other, ${depth}`, () => nested(depth, kind)),
    ),
  anyHostileText().map((text) => hostile(`a text of ${text.length} units`, () => text)),
  fc
    .integer({ min: 0, max: 100_000 })
    .map((length) => hostile(`${length} bytes`, () => new Uint8Array(length))),
  fc
    .integer({ min: 0, max: 5000 })
    .map((count) => hostile(`an array of ${count}`, () => Array.from({ length: count }, String))),
);

/** Any value that a caller may pass where anything is taken. */
export const anyHostileValue: fc.Arbitrary<HostileValue> = fc.letrec<{
  leaf: HostileValue;
  inside: HostileValue;
  value: HostileValue;
}>((tie) => ({
  leaf: fc.constantFrom(...HOSTILE_VALUES),
  // A hostile value as a part of a good one: it is met while something is half done.
  inside: fc.tuple(tie('value'), fc.nat({ max: 3 })).map(([part, shape]) => insideOf(part, shape)),
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 2 },
    { weight: 12, arbitrary: tie('leaf') },
    { weight: 1, arbitrary: anyLarge },
    { weight: 3, arbitrary: tie('inside') },
  ),
})).value;

function insideOf(part: HostileValue, shape: number): HostileValue {
  const { name } = part;
  if (shape === 0) return hostile(`[${name}]`, () => ['before', part.make(), 'behind']);
  if (shape === 1) return hostile(`{${name}}`, () => ({ a: 1, b: part.make(), c: 3 }));
  if (shape === 2) return hostile(`toJSON: ${name}`, () => ({ toJSON: () => part.make() }));
  return hostile(`${name} after some calls`, () => {
    const value = part.make();
    return typeof value === 'object' && value !== null ? failingAfter(3, value) : value;
  });
}

/** What a caller may pass as a key or a name: mostly text. */
export const anyHostileKey: fc.Arbitrary<HostileValue> = fc.oneof(
  {
    weight: 3,
    arbitrary: anyHostileText(2000).map((text) => hostile(JSON.stringify(text), () => text)),
  },
  { weight: 1, arbitrary: anyHostileValue },
);

/** What a caller may pass as a time: milliseconds since the Unix epoch, a Date, or nonsense. */
export const anyHostileTime: fc.Arbitrary<HostileValue> = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0, max: 4e12 }).map(literal) },
  { weight: 1, arbitrary: fc.double().map(literal) },
  { weight: 1, arbitrary: fc.constant(hostile('a Date', () => new Date(1_700_000_000_123))) },
  { weight: 2, arbitrary: anyHostileValue },
);

function hostile(name: string, maker: () => unknown): HostileValue {
  return new HostileValue(name, maker);
}

/** A scalar, named as JavaScript writes it. */
function literal(value: unknown): HostileValue {
  return hostile(fc.stringify(value), () => value);
}
