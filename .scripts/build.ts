/**
 * Writes dist/: every module of src/ once as CommonJS (dist/src) and once as ESM (dist/esm), each beside its `.d.ts`.
 *
 * One file in, one file out: no chunk is shared, so an entry can never need the file of another one, and
 * `jaeger-client/dist/src/...` stays a real path for those who deep-import it. Types are checked by `tsc -b`, not here.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { forwardCompatModules } from './compat.js';
import { root } from './root.js';
import { toCommonJs, toDeclaration, toEsm } from './transpile.js';
import { bundleVendored, writeNotices } from './vendor.js';

/** Programs of the repository that live beside what they show, and are no part of the package. */
const notPublished = ['collector/demo.ts'];

const out = `${root}dist`;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function sourceModules(): string[] {
  return readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.d.ts') && !notPublished.includes(path),
    )
    .sort();
}

function buildModule(path: string): void {
  const source = readFileSync(`${root}src/${path}`, 'utf8');
  const declaration = toDeclaration(path, source);
  const stem = path.slice(0, -'.ts'.length);
  write(`${out}/src/${stem}.js`, toCommonJs(path, source));
  write(`${out}/src/${stem}.d.ts`, declaration);
  write(`${out}/esm/${stem}.js`, toEsm(path, source));
  write(`${out}/esm/${stem}.d.ts`, declaration);
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
writeNotices(await bundleVendored(`${out}/src/vendor`), `${out}/THIRD-PARTY-NOTICES`);
console.log(`dist: ${modules.length} modules, CommonJS and ESM`);
