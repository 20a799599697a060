/**
 * Writes dist/: every module of src/ once as CommonJS (dist/src), beside its `.d.ts`, and once as ESM (dist/esm); the
 * collector is a bundle, and so is its page.
 *
 * One file in, one file out: no chunk is shared, so an entry can never need the file of another one, and
 * `jaeger-client/dist/src/...` stays a real path for those who deep-import it. Types are checked by `tsc -b`, not here.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ts from 'typescript';
import { buildCollector } from '../all-in-one/scripts/build.js';
import { buildPage } from '../all-in-one/scripts/build-page.js';
import { forwardCompatModules } from './compat.js';
import { publicEntries } from './manifest.js';
import { root } from './root.js';
import { toCommonJs, toDeclaration, toEsm } from './transpile.js';
import { bundleVendored, writeNotices } from './vendor.js';

/** Bundled by scripts of its own: a program and a page, not modules that somebody imports one by one. */
const bundledFolder = 'collector/';

const out = `${root}dist`;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function sourceModules(): string[] {
  return readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.startsWith(bundledFolder),
    )
    .sort();
}

function buildModule(path: string): void {
  const source = readFileSync(`${root}src/${path}`, 'utf8');
  const declaration = toDeclaration(path, source);
  const code = withoutComments(path, source);
  const stem = path.slice(0, -'.ts'.length);
  write(`${out}/src/${stem}.js`, toCommonJs(path, code));
  write(`${out}/src/${stem}.d.ts`, declaration);
  write(`${out}/esm/${stem}.js`, toEsm(path, code));
  if (declaredInEsm.has(stem)) write(`${out}/esm/${stem}.d.ts`, declarationOf(stem));
}

/**
 * ESM's declarations are those of CommonJS, so that a class is one type to a program that has it from both; and only
 * what somebody can import has any.
 */
const declaredInEsm = new Set([
  'index',
  ...publicEntries().map((entry) => entry.import.slice('./dist/esm/'.length, -'.js'.length)),
]);

function declarationOf(stem: string): string {
  return `export * from '${'../'.repeat(stem.split('/').length)}src/${stem}.js';\n`;
}

/** They are in the declarations, where editors look for them, and would be a third of the programs. */
function withoutComments(path: string, source: string): string {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022);
  return ts.createPrinter({ removeComments: true }).printFile(file);
}

/** The entry of `spoor` is written by hand for each module system; its files are named as the build names all. */
function copyEntry(file: string): void {
  const build = /c[jt]s$/.test(file) ? 'src' : 'esm';
  const text = readFileSync(`${root}src/entry/${file}`, 'utf8');
  const target = file.replace(/\.[cm](js|ts)$/, '.$1');
  write(`${out}/${build}/entry/${target}`, text.replaceAll(".cjs'", ".js'"));
}

rmSync(out, { recursive: true, force: true });
const modules = sourceModules();
modules.forEach(buildModule);
readdirSync(`${root}src/entry`).forEach(copyEntry);
forwardCompatModules(modules, `${out}/src`);
write(`${out}/src/package.json`, '{ "type": "commonjs" }\n');
write(`${out}/esm/package.json`, '{ "type": "module" }\n');
const bundled = new Set([
  ...(await bundleVendored(`${out}/src/vendor`)),
  ...(await buildCollector(out)),
  ...(await buildPage()),
]);
writeNotices([...bundled].sort(), `${out}/THIRD-PARTY-NOTICES`);
console.log(`dist: ${modules.length} modules, CommonJS and ESM`);
