import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { entries, installed, nodeArgs, specifier } from './entry-names.js';
import { run } from './run.js';

const trap = fileURLToPath(new URL('import-trap.cjs', import.meta.url));
const kinds = ['import', 'require'] as const;

describe.each(kinds)('%s, first in a fresh process', (kind) => {
  const node = (args: readonly string[]): Promise<string> =>
    run(process.execPath, args, inject('packed').consumer);

  test('each entry loads, and reads no clock, no chance and no timer while it does', async () => {
    for (const { subpath } of entries()) {
      const out = await node(['--require', trap, ...nodeArgs(kind, subpath)]);
      const [names, caught] = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as string[]);
      expect(names?.length, subpath).toBeGreaterThan(0);
      expect(caught, subpath).toEqual([]);
    }
  });

  test('the trap catches what it is for', async () => {
    const folder = join(inject('packed').scratch, 'trap');
    const out = await run(
      process.execPath,
      ['--require', trap, '-e', trapped],
      inject('packed').consumer,
      {
        SPOOR_TRAP_FOLDER: '[eval]',
      },
    );
    const caught = JSON.parse(out) as string[];
    expect(
      caught.map((line) => line.split(' ')[0]),
      folder,
    ).toEqual(trappedNames);
  });
});

const trappedNames = [
  'Date.now',
  'Date',
  'Math.random',
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
  'setTimeout',
  'setImmediate',
  'crypto.randomBytes',
  'crypto.getRandomValues',
];
const trapped = `
  Date.now(); new Date(); Math.random(); performance.now(); process.hrtime(); process.hrtime.bigint();
  clearTimeout(setTimeout(() => {}, 1)); clearImmediate(setImmediate(() => {}));
  require('node:crypto').randomBytes(1); crypto.getRandomValues(new Uint8Array(1));
`;

describe('without `exports`, as webpack 4, Jest 27 and `moduleResolution: node` resolve', () => {
  test('the top-level main and a stub per subpath lead to the CommonJS build and its types', () => {
    for (const { subpath, require } of entries()) {
      const folder = join(installed(), subpath);
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
        'main' | 'types',
        string
      >;
      expect(join(folder, manifest.main), specifier(subpath)).toBe(join(installed(), require));
      readFileSync(join(folder, manifest.types));
    }
  });
});

test('dist/src is reachable with and without .js, as deep imports of jaeger-client are', async () => {
  const program = `
    const assert = require('node:assert');
    assert.equal(require('spoor/dist/src/core/index'), require('spoor/dist/src/core/index.js'));
    assert.ok(require('spoor/package.json').version);
  `;
  await run(process.execPath, ['-e', program], inject('packed').consumer);
});

test('nothing but spoor/grpc loads grpc-js', async () => {
  for (const { subpath } of entries().filter((entry) => entry.subpath !== './grpc')) {
    const program = `
      require(${JSON.stringify(specifier(subpath))});
      console.log(Object.keys(require.cache).some((file) => file.includes('@grpc')));
    `;
    const out = await run(process.execPath, ['-e', program], inject('packed').consumer);
    expect(out.trim(), subpath).toBe('false');
  }
});

test('the CommonJS build never reaches an ES module', async () => {
  const program = `
    const { readdirSync } = require('node:fs');
    const { join, dirname } = require('node:path');
    const folder = join(dirname(require.resolve('spoor/package.json')), 'dist/src');
    for (const file of readdirSync(folder, { recursive: true })) if (file.endsWith('.js') && !/cli\\.js$/.test(file)) require(join(folder, file));
    const loaded = Object.keys(require.cache).filter((file) => file.includes('dgram-as-promised'));
    console.log(JSON.stringify(loaded.map((file) => file.slice(folder.length + 1))));
  `;
  // Node.js 20 before 20.19 has no require() of ES modules: switched off, so that it cannot hide one.
  const out = await run(
    process.execPath,
    ['--no-experimental-require-module', '-e', program],
    inject('packed').consumer,
  );
  expect(JSON.parse(out)).toEqual(['vendor/dgram-as-promised.js']);
});
