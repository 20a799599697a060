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
    run(process.execPath, args, inject('packed').spoor.consumer);

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
      inject('packed').spoor.consumer,
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

const consumer = (): string => inject('packed').spoor.consumer;

test('each public path is named: nothing else of the package can be imported', async () => {
  const program = `
    const assert = require('node:assert');
    assert.equal(require('spoor/dist/src/index'), require('spoor'));
    assert.equal(require('spoor/dist/src/index.js'), require('spoor'));
    assert.ok(require('spoor/package.json').version);
    const { readdirSync } = require('node:fs');
    const { join, dirname } = require('node:path');
    const folder = dirname(require.resolve('spoor/package.json'));
    const reached = [];
    for (const file of readdirSync(folder, { recursive: true })) {
      for (const path of [file, file.replace(/\\.js$/, '')]) {
        try {
          reached.push(require.resolve('spoor/' + path).slice(folder.length + 1) + ' as ' + path);
        } catch (error) {
          assert.match(error.code, /^ERR_PACKAGE_PATH_NOT_EXPORTED$|^MODULE_NOT_FOUND$/);
        }
      }
    }
    console.log([...new Set(reached)].sort().join('\\n'));
  `;
  const out = await run(process.execPath, ['-e', program], consumer());
  expect(out.trim().split('\n')).toEqual([
    'dist/src/core.js as core',
    'dist/src/grpc.js as grpc',
    'dist/src/grpc/connect.js as grpc/connect',
    'dist/src/grpc/nice.js as grpc/nice',
    'dist/src/index.js as dist/src/index',
    'dist/src/index.js as dist/src/index.js',
    'package.json as package.json',
  ]);
});

test('each entry is one file of its own and a few chunks', async () => {
  for (const { subpath } of entries()) {
    const program = `
      require(${JSON.stringify(specifier(subpath))});
      console.log(Object.keys(require.cache).filter((file) => file.includes('node_modules/spoor/')).length);
    `;
    const files = Number(await run(process.execPath, ['-e', program], consumer()));
    expect(files, subpath).toBeLessThanOrEqual(6);
  }
});

test('spoor/core loads nothing of Node.js', async () => {
  for (const build of ['dist/src', 'dist/esm']) {
    const files = ['core.js', 'shared-core.js'].map((file) => join(installed(), build, file));
    for (const file of files) {
      const text = readFileSync(file, 'utf8');
      expect(text, file).not.toMatch(/["']node:/);
      const loaded = [...text.matchAll(/(?:from |require\()"([^"]+)"/g)].map(([, name]) => name);
      for (const name of loaded)
        expect(name).toMatch(/^opentracing$|^\.\/(?:shared-core|rolldown-runtime)\.js$/);
    }
  }
});

test('nothing but spoor/grpc loads grpc-js', async () => {
  for (const { subpath } of entries().filter((entry) => entry.subpath !== './grpc')) {
    const program = `
      require(${JSON.stringify(specifier(subpath))});
      console.log(Object.keys(require.cache).some((file) => file.includes('@grpc')));
    `;
    const out = await run(process.execPath, ['-e', program], inject('packed').spoor.consumer);
    expect(out.trim(), subpath).toBe('false');
  }
});

test('the CommonJS build never reaches an ES module', async () => {
  const specifiers = JSON.stringify(entries().map(({ subpath }) => specifier(subpath)));
  const program = `
    for (const entry of ${specifiers}) require(entry);
    console.log(Object.keys(require.cache).filter((file) => file.includes('dgram-as-promised')).length);
  `;
  // Node.js 20 before 20.19 has no require() of ES modules: switched off, so that it cannot hide one.
  const args = ['--no-experimental-require-module', '-e', program];
  expect(await run(process.execPath, args, consumer())).toBe('0\n');
});

test('both builds have the same version of dgram-as-promised', () => {
  const { dependencies } = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const bundled = readFileSync(join(installed(), 'THIRD-PARTY-NOTICES'), 'utf8');
  expect(bundled).toContain(`dgram-as-promised ${dependencies['dgram-as-promised']} (`);
});
