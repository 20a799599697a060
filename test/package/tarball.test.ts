import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { publicEntries } from '../../scripts/manifest.js';
import { installed } from './entry-names.js';

/** The packed size. A guard against something large slipping in, not a target: raise it knowingly. */
const MAX_TARBALL_BYTES = 230_000;
/** The size of all its files. */
const MAX_UNPACKED_BYTES = 900_000;

const files = (): string[] =>
  readdirSync(installed(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed().length + 1));

const read = (file: string): string => readFileSync(join(installed(), file), 'utf8');

test('the top level is what package.json promises and nothing else', () => {
  expect(readdirSync(installed()).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'THIRD-PARTY-NOTICES',
    'core',
    'dist',
    'docs',
    'grpc',
    'package.json',
  ]);
});

test('dist holds programs and declarations, and no source map', () => {
  const dist = files().filter((file) => file.startsWith('dist/'));
  expect(dist.filter((file) => !/\.(d\.ts|js)$|\/package\.json$/.test(file))).toEqual([]);
  for (const file of dist) expect(read(file), file).not.toContain('sourceMappingURL');
});

test('what can be imported as ESM has the declarations of CommonJS: one type for both', () => {
  for (const { import: file } of publicEntries().filter(({ subpath }) => subpath !== '.')) {
    const text = read(file.replace(/\.js$/, '.d.ts'));
    expect(text, file).toMatch(/^export \* from '(?:\.\.\/)+src\/[\w/]+\.js';\n$/);
  }
});

test('no declaration has a private or protected member: types of two versions are compared by shape', () => {
  for (const file of files().filter((name) => name.endsWith('.d.ts'))) {
    expect(read(file), file).not.toMatch(/^\s*(?:private|protected|#)\b/m);
  }
});

test('of the members with an underscore only those are declared that users of jaeger-client read', () => {
  const member = /^\s+(?:(?:readonly|static|override|get|set) )*(_\w+)[?(:]/gm;
  const declared = files()
    .filter((name) => name.endsWith('.d.ts'))
    .flatMap((file) => [...read(file).matchAll(member)].map(([, name]) => name!));
  expect([...new Set(declared)].sort()).toEqual([
    '_duration',
    '_logger',
    '_logs',
    '_operationName',
    '_process',
    '_references',
    '_reporter',
    '_sampler',
    '_sender',
    '_serviceName',
    '_spanContext',
    '_startTime',
    '_tags',
  ]);
});

test('nothing in it listens: no server, no page, no program', () => {
  const { bin } = JSON.parse(read('package.json')) as { bin?: unknown };
  expect(bin).toBeUndefined();
  for (const file of files().filter((name) => name.endsWith('.js'))) {
    expect(read(file), file).not.toMatch(/createServer|node:http\b|<html/);
  }
});

test('each bundled package is named with its licence', () => {
  const notices = read('THIRD-PARTY-NOTICES');
  expect(notices).toContain('\ndgram-as-promised ');
  expect(notices).toMatch(/MIT License/);
});

test('no file names the machine that packed it', () => {
  for (const file of files().filter((name) => /\.(js|d\.ts|json)$/.test(name))) {
    expect(read(file).includes(process.cwd()), file).toBe(false);
  }
});

test('the tarball is small, and so is what it unpacks to', () => {
  expect(statSync(inject('packed').spoor.tarball).size).toBeLessThan(MAX_TARBALL_BYTES);
  const sizes = files().map((file) => statSync(join(installed(), file)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_UNPACKED_BYTES);
});
