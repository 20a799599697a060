/**
 * `npm run test:mutation -- SOURCE... [TEST...]`: makes small faults in the sources, one at a time, and prints those
 * that no unit test notices. See docs/testing.md.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { root } from './root.js';

/** A file or a folder below the root, which has to exist; `lines`: `:FIRST-LAST`, or empty. */
interface Place {
  readonly path: string;
  readonly lines: string;
}

function placeOf(argument: string): Place {
  const [, path = '', lines = ''] = /^(.*?)(:\d+-\d+)?$/.exec(argument) ?? [];
  // npm runs this in the root, wherever it was called.
  const absolute = resolve(process.env['INIT_CWD'] ?? root, path);
  statSync(absolute);
  return { path: relative(root, absolute), lines };
}

function isSource({ path }: Place): boolean {
  return /^(all-in-one\/)?src(\/|$)/.test(path);
}

function isTest({ path }: Place): boolean {
  return /^(all-in-one\/)?test\/unit(\/|$)/.test(path);
}

function patternOf({ path, lines }: Place): string {
  return statSync(join(root, path)).isDirectory() ? `${path}/**/*.{ts,tsx}` : `${path}${lines}`;
}

const places = process.argv.slice(2).map(placeOf);
const sources = places.filter(isSource);
const tests = places.filter(isTest);
if (sources.length === 0 || sources.length + tests.length < places.length) {
  throw new Error('usage: npm run test:mutation -- src/core/sampling [test/unit/core/sampling]');
}

// Not below node_modules: Vitest would load TypeScript from there as it is.
const sandbox = mkdtempSync(join(tmpdir(), 'spoor-mutation-'));
process.once('exit', () => rmSync(sandbox, { recursive: true, force: true }));
process.chdir(root);
// Stryker's test runners are processes of their own, and so are told.
if (tests.length > 0) process.env['MUTATION_TESTS'] = tests.map(({ path }) => path).join('\n');

await new Stryker({
  mutate: sources.map(patternOf),
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/vitest.mutation.config.ts', related: true },
  coverageAnalysis: 'perTest',
  ignorePatterns: ['**/dist', '*.tgz'],
  tempDirName: sandbox,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  // On a machine under load a slow test is not to count as a fault that was noticed.
  timeoutMS: 30_000,
}).runMutationTest();
