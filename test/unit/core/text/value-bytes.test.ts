import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { bytesOfValue } from '../../../../src/core/text/value-bytes.js';

const memory = Uint8Array.of(9, 1, 2, 9).buffer;

test.each<[string, unknown]>([
  ['a Buffer', Buffer.from([1, 2])],
  ['a Uint8Array that is a part', new Uint8Array(memory, 1, 2)],
  ['a Uint16Array', Uint16Array.of(0x0201)],
  ['a DataView', new DataView(memory, 1, 2)],
  ['an ArrayBuffer', Uint8Array.of(1, 2).buffer],
  ['a SharedArrayBuffer', sharedOf(1, 2)],
  ['an ArrayBuffer of another realm', runInNewContext('Uint8Array.of(1, 2).buffer')],
  ['a Uint8Array of another realm', runInNewContext('Uint8Array.of(1, 2)')],
])('%s is bytes', (_name, value) => {
  expect([...bytesOfValue(value)!]).toStrictEqual([1, 2]);
});

test.each<[string, unknown]>([
  ['a list of numbers', [1, 2]],
  ['a text', 'ab'],
  ['null', null],
  ['a Proxy that throws', new Proxy({}, { getPrototypeOf: fail, get: fail })],
  [
    'an object that says it is an ArrayBuffer',
    { [Symbol.toStringTag]: 'ArrayBuffer', length: 1e9 },
  ],
])('%s is none', (_name, value) => {
  expect(bytesOfValue(value)).toBeUndefined();
});

function sharedOf(...bytes: number[]): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

function fail(): never {
  throw new Error('hostile');
}
