import { createContext, runInContext, runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { isError, isMap, isRegExp, isSet } from '../../../../src/core/text/realm.js';
import { messageOfThrown } from '../../../../src/core/text/thrown-text.js';
import { bytesOfValue } from '../../../../src/core/text/value-bytes.js';
import { textOfValue } from '../../../../src/core/text/value-text.js';

/** Jest gives its sandbox the outer realm's URL and DOMException; the sandbox of a `vm` has none. */
const realm = createContext({ URL, DOMException });

/** The same expression in both realms. */
const SAME: readonly string[] = [
  'new Map([["a", 1], [{ b: 2 }, new Map([["c", 3]])]])',
  'new Map()',
  'new (class Cache extends Map {})([["a", 1]])',
  'Object.defineProperty(new Map([["a", 1]]), Symbol.toStringTag, { value: "Cache" })',
  'new Set([1, "b", [2], new Set([3])])',
  'new (class Group extends Set {})([1])',
  '({ map: new Map([["a", new Set([1])]]), list: [new Map([["b", 2]])] })',
  '/a+/g',
  'new (class Pattern extends RegExp {})("b", "i")',
  '[/a/u, { re: /b/y }]',
  'new Date(0)',
  'new Date(NaN)',
  '[new Date(5)]',
  '[new String("s"), new Number(1), new Boolean(false)]',
  'new String("s")',
  'new Number(-0)',
  'new Boolean(true)',
  'Object(1n)',
  'Object(Symbol("s"))',
  '({ a: 1, b: [true, null, "x"], c: undefined, d() {} })',
  'Object.create(null)',
  'Object.assign(Object.create(null), { a: new Map([["b", 1]]) })',
  '[1, [2, [3]]]',
  '({ body: Uint8Array.of(1, 255), view: new DataView(new ArrayBuffer(2)) })',
  '[new ArrayBuffer(2), Float64Array.of(1)]',
  'new (class Order { id = 7; lines = new Set([1]) })()',
  '({ toJSON: () => new Map([["a", 1]]) })',
  '({ at: { toJSON: (key) => key } })',
  'new WeakMap()',
  'new WeakSet()',
  'Promise.resolve(1)',
  '(function named() {})',
  'class Named {}',
  '123n',
  '({ [Symbol.toStringTag]: "Map", a: 1 })',
  '({ [Symbol.toStringTag]: "RegExp", a: 1 })',
  '(function () { return arguments; })(1, "two")',
];

describe('a value of another realm becomes what one of this realm does', () => {
  test.each(SAME)('%s', (expression) => {
    const own = runInThisContext(`(${expression})`) as unknown;
    const foreign = runInContext(`(${expression})`, realm) as unknown;
    expect(textOfValue(foreign)).toBe(textOfValue(own));
    expect(textOfValue({ inside: foreign })).toBe(textOfValue({ inside: own }));
  });

  test('among values of this realm', () => {
    const map = runInContext('new Map([["a", /b/]])', realm) as unknown;
    expect(textOfValue(new Map([['own', [map]]]))).toBe('{"own":[{"a":"/b/"}]}');
  });

  test.each<[string, string]>([
    ['new URL("http://a/b?c=d")', '"http://a/b?c=d"'],
    ['[new URL("http://a/b")]', '["http://a/b"]'],
  ])('%s', (expression, text) => {
    expect(textOfValue(runInContext(expression, realm))).toBe(text);
  });

  test.each([
    'Uint8Array.of(1, 2)',
    'Uint8Array.of(1, 2).buffer',
    'new DataView(Uint8Array.of(0, 1, 2, 3).buffer, 1, 2)',
    'new (class Body extends Uint8Array {})([1, 2])',
  ])('%s is bytes', (expression) => {
    expect([...bytesOfValue(runInContext(expression, realm))!]).toStrictEqual([1, 2]);
  });
});

describe('an error of another realm', () => {
  test.each<[string, string]>([
    ['new Error("broken")', 'Error: broken'],
    ['new TypeError("broken")', 'TypeError: broken'],
    ['new AggregateError([new Error("one")], "broken")', 'AggregateError: broken'],
    ['new (class Failure extends Error { name = "Failure" })("broken")', ': broken'],
    ['Object.assign(new Error("broken"), { [Symbol.toStringTag]: "Failure" })', 'Error: broken'],
    ['new DOMException("broken", "AbortError")', 'AbortError: broken'],
  ])('%s is its text', (expression, text) => {
    const error: unknown = runInContext(expression, realm);
    expect(isError(error)).toBe(true);
    expect(textOfValue(error)).toMatch(text);
    expect(textOfValue([error])).toMatch(JSON.stringify(text).slice(1, -1));
    expect(messageOfThrown(error)).toBe('broken');
  });
});

describe('what only says that it is one is none', () => {
  const claims = ['Map', 'Set', 'RegExp'].map((name) => ({ [Symbol.toStringTag]: name }));
  const foreign = ['Map', 'Set', 'RegExp'].flatMap((name) => [
    runInContext(`({ [Symbol.toStringTag]: '${name}' })`, realm) as object,
    runInContext(`Object.create(${name}.prototype)`, realm) as object,
    runInContext(`${name}.prototype`, realm) as object,
  ]);

  test.each([...claims, ...foreign, {}, [], Object.create(null) as object])('%#', (value) => {
    expect([isMap(value), isSet(value), isRegExp(value), isError(value)]).toStrictEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('an object with the properties of an error is no error', () => {
    const like = runInContext('({ name: "Error", message: "m", stack: "s" })', realm) as unknown;
    expect(isError(like)).toBe(false);
  });
});
