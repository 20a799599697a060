import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, posix } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/root.js';
import { toCommonJs, toDeclaration } from '../../scripts/transpile.js';
import { packageOfFile } from '../../scripts/vendor.js';

/**
 * Writes dist/src/collector and dist/esm/collector. The collector is a program for Node.js: one CommonJS file holds
 * it, `index.js` has its public names, `cli.js` is the program `spoor`, and ESM gets a wrapper. As modules of their
 * own, twice, with declarations that nobody imports, it would be three times as large.
 */
export async function buildCollector(out: string): Promise<string[]> {
  const folder = `${out}/src/collector`;
  const packages = await bundle(`${folder}/collector.js`);
  write(`${folder}/collector.d.ts`, 'export {};\n');
  const names = publicNames(`${folder}/collector.js`);
  const plain = names.map((name) => `exports.${name} = collector.${name};\n`);
  write(
    `${folder}/index.js`,
    `'use strict';\nconst collector = require('../../.scripts/collector.js');\n${plain.join('')}`,
  );
  writeDeclarations('collector/index.ts', `${out}/src`);
  wrap(`${out}/esm/collector`, names);
  writeProgram(folder);
  return packages;
}

/** What only the program needs of the bundle. */
const PROGRAM = 'runCli';

async function bundle(outfile: string): Promise<string[]> {
  const result = await build({
    stdin: {
      contents: `export * from '../../.scripts/src/collector/index.ts'; export { ${PROGRAM} } from '../../.scripts/src/collector/cli/main.ts';`,
      resolveDir: root,
      sourcefile: 'names.ts',
    },
    outfile,
    absWorkingDir: root,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['@grpc/grpc-js'],
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
    // Plain properties, as all modules of this build have, in place of getters.
    footer: { js: 'module.exports = { ...module.exports };' },
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 1000,
    metafile: true,
    preserveSymlinks: true,
    logLevel: 'warning',
  });
  const bundled = Object.keys(result.metafile.inputs).filter((path) => /node_modules/.test(path));
  return [...new Set(bundled.map(packageOfFile))];
}

function publicNames(bundled: string): string[] {
  const all = Object.keys(createRequire(import.meta.url)(bundled) as object);
  return all.filter((name) => name !== PROGRAM);
}

/** The declarations of a module, and of those that they import. */
function writeDeclarations(path: string, folder: string, written: Set<string> = new Set()): void {
  if (written.has(path) || path.startsWith('core/')) return;
  written.add(path);
  const text = toDeclaration(path, readFileSync(`${root}src/${path}`, 'utf8'));
  write(`${folder}/${path.replace(/\.ts$/, '.d.ts')}`, text);
  for (const [, target] of text.matchAll(/from '(\.[^']+)\.js'/g)) {
    writeDeclarations(posix.join(posix.dirname(path), `${target}.ts`), folder, written);
  }
}

function wrap(folder: string, names: readonly string[]): void {
  const target = '../../src/collector/index.js';
  const exported = names.map((name) => `export const ${name} = commonJs.${name};\n`);
  write(`${folder}/index.js`, `import commonJs from '${target}';\n${exported.join('')}`);
  write(`${folder}/index.d.ts`, `export * from '${target}';\n`);
}

function writeProgram(folder: string): void {
  const source = readFileSync(`${root}src/collector/cli.ts`, 'utf8');
  const text = source.replace("'./cli/main.js'", "'./collector.js'");
  write(`${folder}/cli.js`, `#!/usr/bin/env node\n${toCommonJs('collector/cli.ts', text)}`);
  chmodSync(`${folder}/cli.js`, 0o755);
  write(`${folder}/cli.d.ts`, 'export {};\n');
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
