import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { publicEntries } from '../../scripts/manifest.js';
import { installed } from './entry-names.js';

/** The packed size. A guard against something large slipping in, not a target: raise it knowingly. */
const maxTarballBytes = 400_000;
/** The size of all its files. */
const maxUnpackedBytes = 1_200_000;

const files = (): string[] =>
  readdirSync(installed(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed().length + 1));

test('the top level is what package.json promises and nothing else', () => {
  expect(readdirSync(installed()).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'THIRD-PARTY-NOTICES',
    'collector',
    'core',
    'dist',
    'grpc',
    'package.json',
  ]);
});

test('dist holds programs, all of CommonJS with declarations, and no source map', () => {
  const dist = files().filter((file) => file.startsWith('dist/') && !file.startsWith('dist/page/'));
  const odd = dist.filter((file) => !/\.(d\.ts|js)$|\/package\.json$/.test(file));
  expect(odd.filter((file) => file !== 'dist/THIRD-PARTY-NOTICES')).toEqual([]);
  const lonely = dist.filter(
    (file) =>
      file.startsWith('dist/src/') &&
      file.endsWith('.js') &&
      !file.includes('/vendor/') &&
      !dist.includes(file.replace(/js$/, 'd.ts')),
  );
  expect(lonely).toEqual([]);
  for (const file of dist) {
    expect(readFileSync(join(installed(), file), 'utf8'), file).not.toContain('sourceMappingURL');
  }
});

test('what can be imported as ESM has the declarations of CommonJS: one type for both', () => {
  const declarations = files().filter((file) => /^dist\/esm\/.*\.d\.ts$/.test(file));
  const entries = publicEntries().map((entry) => entry.import.replace(/^\.\/(.*)js$/, '$1d.ts'));
  expect(declarations.sort()).toEqual([...entries, 'dist/esm/index.d.ts'].sort());
  for (const file of declarations.filter((name) => !name.includes('/entry/'))) {
    const text = readFileSync(join(installed(), file), 'utf8');
    expect(text, file).toMatch(/^export \* from '(?:\.\.\/)+src\/[\w/]+\.js';\n$/);
  }
});

test('dist holds the page: a document, a program, a style sheet and an icon', () => {
  const page = files().filter((file) => file.startsWith('dist/page/'));
  const expected = ['index.html', 'static/app.css', 'static/app.js', 'static/icon.svg'];
  expect(page.sort()).toEqual(expected.map((name) => `dist/page/${name}`));
});

test('each bundled package is named with its licence', () => {
  const vendored = readdirSync(join(installed(), 'dist/src/vendor'));
  const notices = readFileSync(join(installed(), 'THIRD-PARTY-NOTICES'), 'utf8');
  for (const file of vendored) expect(notices).toContain(`${file.replace(/\.js$/, '')} `);
  expect(notices).toMatch(/MIT License/);
});

test('no stub lies outside the package, and no file names the machine that packed it', () => {
  for (const file of files().filter((name) => /\.(js|d\.ts|json)$/.test(name))) {
    const text = readFileSync(join(installed(), file), 'utf8');
    expect(text.includes(process.cwd()), file).toBe(false);
  }
});

test('the tarball is small, and so is what it unpacks to', () => {
  expect(statSync(inject('packed').tarball).size).toBeLessThan(maxTarballBytes);
  const sizes = files().map((file) => statSync(join(installed(), file)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(maxUnpackedBytes);
});
