'use strict';
// Loaded by `node --require` before the program: writes down every read of a clock, of chance and every timer that is
// started by a file under node_modules (Cloudflare Workers forbid all three while a module loads). Printed at exit.
const { syncBuiltinESMExports } = require('node:module');
const crypto = require('node:crypto');
const timers = require('node:timers');
const { performance } = require('node:perf_hooks');

const watched = process.env.SPOOR_TRAP_FOLDER ?? 'node_modules';
const caught = [];

function note(name) {
  const frame = new Error().stack.split('\n').find((line) => line.includes(watched));
  if (frame !== undefined) caught.push(`${name} ${frame.trim()}`);
}

function trap(owner, key, name) {
  const original = owner[key];
  const replacement = function (...args) {
    note(name);
    return Reflect.apply(original, this, args);
  };
  Object.assign(replacement, original);
  Object.defineProperty(owner, key, { value: replacement, configurable: true, writable: true });
}

trap(Date, 'now', 'Date.now');
globalThis.Date = new Proxy(Date, {
  apply: (target, self, args) => (note('Date'), Reflect.apply(target, self, args)),
  construct: (target, args) => (note('Date'), Reflect.construct(target, args)),
});
trap(Math, 'random', 'Math.random');
trap(performance, 'now', 'performance.now');
trap(process.hrtime, 'bigint', 'process.hrtime.bigint');
trap(process, 'hrtime', 'process.hrtime');
for (const key of ['setTimeout', 'setInterval', 'setImmediate']) {
  trap(globalThis, key, key);
  trap(timers, key, key);
}
const random = ['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID'];
for (const key of random) trap(crypto, key, `crypto.${key}`);
trap(globalThis.crypto, 'getRandomValues', 'crypto.getRandomValues');
syncBuiltinESMExports();

process.on('exit', () => process.stdout.write(`${JSON.stringify(caught)}\n`));
