import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPage } from '../../../scripts/build-page.js';

/** What a browser has to read, in bytes. Raise it knowingly. */
const MAX_SCRIPT_BYTES = 100_000;
const MAX_STYLE_BYTES = 30_000;

const folder = mkdtempSync(join(tmpdir(), 'spoor-page-'));
let packages: string[];

beforeAll(async () => {
  packages = await buildPage(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string): Buffer => readFileSync(join(folder, name));

test('the built page is one document, one script, one style sheet and an icon', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  expect(files.sort()).toEqual([
    'index.html',
    'static',
    'static/app.css',
    'static/app.js',
    'static/icon.svg',
  ]);
});

test('it is small', () => {
  expect(read('static/app.js').length).toBeLessThan(MAX_SCRIPT_BYTES);
  expect(read('static/app.css').length).toBeLessThan(MAX_STYLE_BYTES);
});

test('it holds no package but Preact, and names no server and no source map', () => {
  expect(packages).toEqual(['preact']);
  for (const name of ['index.html', 'static/app.js', 'static/app.css']) {
    const text = read(name).toString();
    const addresses = [...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
    expect(
      addresses.filter((address) => address !== 'http://www.w3.org'),
      name,
    ).toEqual([]);
    expect(text, name).not.toContain('sourceMappingURL');
  }
});

test('colours for two themes are left to the browser', () => {
  expect(read('static/app.css').toString()).toContain('light-dark(');
});
