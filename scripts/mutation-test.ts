/**
 * `npm run test:mutation -- SOURCE... [TEST...]`: adds small faults to the sources, one at a time, and prints those
 * that no unit test detects. See docs/testing.md.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { root } from './root.js';

/** An existing file or folder below the root. `lines` is `:FIRST-LAST` or empty. */
interface Place {
  readonly path: string;
  readonly lines: string;
}

function placeOf(argument: string): Place {
  const [, path = '', lines = ''] = /^(.*?)(:\d+-\d+)?$/.exec(argument) ?? [];
  // npm runs scripts in the root. INIT_CWD is the caller's directory.
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

// Not below node_modules: Vitest does not compile TypeScript there.
const sandbox = mkdtempSync(join(tmpdir(), 'spoor-mutation-'));
process.once('exit', () => rmSync(sandbox, { recursive: true, force: true }));
process.chdir(root);
// Stryker's test runners are separate processes and inherit the environment.
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
  // A slow test on a loaded machine must not count as a detected fault.
  timeoutMS: 30_000,
}).runMutationTest();
