import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { run } from './run.js';

const program = fileURLToPath(new URL('consumers/program.ts', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

type Row = readonly [name: string, type: 'module' | 'commonjs', options: Record<string, unknown>];

/** node10 and a switched-off esModuleInterop are deprecated in TypeScript 6, and what most old applications use. */
const old = { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' };
const rows: readonly Row[] = [
  ['node16, ESM', 'module', { module: 'node16' }],
  ['node16, CommonJS', 'commonjs', { module: 'node16' }],
  ['nodenext, ESM', 'module', { module: 'nodenext' }],
  ['nodenext, CommonJS', 'commonjs', { module: 'nodenext' }],
  ['bundler', 'module', { module: 'esnext', moduleResolution: 'bundler' }],
  ['node10, esModuleInterop', 'commonjs', { ...old, esModuleInterop: true }],
  ['node10, no esModuleInterop', 'commonjs', { ...old, esModuleInterop: false }],
];

test.each(rows)('%s: compiles without skipLibCheck, and runs', async (name, type, options) => {
  const folder = join(inject('packed').spoor.consumer, `ts-${name.replaceAll(/\W+/g, '-')}`);
  mkdirSync(folder);
  cpSync(program, join(folder, 'program.ts'));
  const compilerOptions = {
    strict: true,
    skipLibCheck: false,
    target: 'es2022',
    lib: ['es2022'],
    types: ['node'],
    rootDir: '.',
    outDir: 'out',
    ...options,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['program.ts'] }),
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
  await run(process.execPath, [tsc, '-p', folder], folder);
  expect(await run(process.execPath, ['out/program.js'], folder)).toBe('done\n');
});
