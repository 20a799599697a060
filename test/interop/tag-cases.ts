import type { AgentTag } from './peers/agent-rows.js';

/** A value that an application may give, and what has to arrive of it: said by hand, by none of the tracer's code. */
export interface TagCase {
  readonly key: string;
  readonly value: unknown;
  /** BINARY in base64. */
  readonly arrives: Pick<AgentTag, 'type' | 'value'>;
}

const text = (key: string, value: unknown, arrives: string): TagCase => ({
  key,
  value,
  arrives: { type: 'STRING', value: arrives },
});
const long = (key: string, value: number): TagCase => ({
  key,
  value,
  arrives: { type: 'LONG', value },
});
const double = (key: string, value: number): TagCase => ({
  key,
  value,
  arrives: { type: 'DOUBLE', value },
});
const bool = (key: string, value: boolean): TagCase => ({
  key,
  value,
  arrives: { type: 'BOOL', value },
});
const binary = (key: string, value: unknown, base64: string): TagCase => ({
  key,
  value,
  arrives: { type: 'BINARY', value: base64 },
});

const error = new Error('it broke');
error.stack = 'Error: it broke\n    at a line of its own';

const caused = new Error('it failed', { cause: error });
caused.stack = 'Error: it failed';

function fail(): never {
  throw new Error('hostile');
}

function nested(depth: number): unknown {
  let value: unknown[] = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

const unreadable = { toJSON: fail };

const circular: Record<string, unknown> = { name: 'outer' };
circular['inner'] = { back: circular };

/** Every kind of value. Keys are all different. */
export const tagCases: readonly TagCase[] = [
  text('string', 'plain', 'plain'),
  text('string.empty', '', ''),
  text('string.unicode', 'grüße 日本語 🎉', 'grüße 日本語 🎉'),
  text('string.nul', 'a\0b', 'a\0b'),
  text('string.lone-surrogate', 'a\ud800b', 'a\ufffdb'),
  text('string.127', 'x'.repeat(127), 'x'.repeat(127)),
  text('string.128', 'x'.repeat(128), 'x'.repeat(128)),
  text('string.long', '€'.repeat(5_000), '€'.repeat(5_000)),
  text('ключ 🔑', 'a key that is not ASCII', 'a key that is not ASCII'),
  text('', 'an empty key', 'an empty key'),

  long('long.0', 0),
  long('long.1', 1),
  long('long.-1', -1),
  long('long.63', 63),
  long('long.64', 64),
  long('long.-64', -64),
  long('long.-65', -65),
  long('long.2^31-1', 2_147_483_647),
  long('long.2^31', 2_147_483_648),
  long('long.-2^31', -2_147_483_648),
  long('long.-2^31-1', -2_147_483_649),
  long('long.2^32', 4_294_967_296),
  long('long.2^53-1', 9_007_199_254_740_991),
  long('long.-2^53+1', -9_007_199_254_740_991),

  double('double.-0', -0),
  double('double.0.1', 0.1),
  double('double.-1.5', -1.5),
  double('double.1e308', 1e308),
  double('double.max', -1.797_693_134_862_315_7e308),
  double('double.min', 5e-324),
  double('double.2^53', 9_007_199_254_740_992),
  double('double.-2^53', -9_007_199_254_740_992),
  double('double.1e21', 1e21),

  bool('bool.true', true),
  bool('bool.false', false),

  binary('binary.empty', Buffer.alloc(0), ''),
  binary('binary.buffer', Buffer.from([0x00, 0x01, 0x80, 0xff]), 'AAGA/w=='),
  binary('binary.uint8array', new Uint8Array([1, 2, 3]), 'AQID'),
  binary('binary.view', new DataView(new Uint8Array([9, 1, 2, 3, 9]).buffer, 1, 3), 'AQID'),
  binary('binary.float64array', Float64Array.of(1), 'AAAAAAAA8D8='),
  binary('binary.arraybuffer', new Uint8Array([1, 2, 3]).buffer, 'AQID'),
  binary('binary.300', Buffer.alloc(300, 'abc'), 'YWJj'.repeat(100)),

  text('nan', Number.NaN, 'NaN'),
  text('infinity', Number.POSITIVE_INFINITY, 'Infinity'),
  text('-infinity', Number.NEGATIVE_INFINITY, '-Infinity'),
  text('null', null, 'null'),
  text('undefined', undefined, 'undefined'),
  text('bigint', 123_456_789_012_345_678_901_234_567_890n, '123456789012345678901234567890'),
  text('symbol', Symbol('sign'), 'Symbol(sign)'),
  text('function', function named() {}, '[Function: named]'),

  text('object', { a: 1, b: [true, null, 'ü'] }, '{"a":1,"b":[true,null,"ü"]}'),
  text('object.empty', {}, '{}'),
  text('array', [1, 'two', [3]], '[1,"two",[3]]'),
  text('date', new Date(1_767_323_045_678), '"2026-01-02T03:04:05.678Z"'),
  text('object.bigint', { big: 5n }, '{"big":"5"}'),
  text('object.circular', circular, '{"name":"outer","inner":{"back":"[Circular]"}}'),
  text('object.twice', [error.message, error.message], '["it broke","it broke"]'),
  text('object.unreadable', unreadable, '[object Object]'),
  text('error', error, 'Error: it broke\n    at a line of its own'),
  text(
    'error.cause',
    caused,
    'Error: it failed\nCaused by: Error: it broke\n    at a line of its own',
  ),
  text('object.error', { error }, '{"error":"Error: it broke\\n    at a line of its own"}'),
  text(
    'object.getter',
    {
      a: 1,
      get b() {
        return fail();
      },
      c: 2,
    },
    '{"a":1,"b":"[unreadable]","c":2}',
  ),
  text('object.bytes', { body: Buffer.from('hi') }, '{"body":"6869"}'),
  text('object.null-prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'),
  text('object.proxy', new Proxy({ a: 1 }, { get: fail }), '[unreadable]'),
  text('object.deep', nested(1_000_000), `${'['.repeat(100)}"[Array]"${']'.repeat(100)}`),
  text(
    'map',
    new Map<unknown, unknown>([
      ['a', 1],
      [2, new Set(['b'])],
    ]),
    '{"a":1,"2":["b"]}',
  ),
  text('set', new Set([1, 'two']), '[1,"two"]'),
  text('regexp', /a+/g, '"/a+/g"'),
  text('bigint.absurd', 2n ** 100_000n, '[BigInt of more than 65536 bits]'),
];

/** The cases as what `tags` and `log()` take. */
export const taggedValues: Record<string, unknown> = Object.fromEntries(
  tagCases.map(({ key, value }) => [key, value]),
);

/** The cases as they arrive, in the same order. */
export const arrivingTags: readonly AgentTag[] = tagCases.map(({ key, arrives }) => ({
  key,
  ...arrives,
}));
