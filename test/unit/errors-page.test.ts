import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pageTexts, sourceTexts, unknownTexts, unlistedTexts } from './support/source-texts.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What logs, and the methods through which parts of a line reach it. */
const CALLS = [
  'logError',
  'logInfo',
  'logWarning',
  'error',
  'info',
  'warn',
  'once',
  'unencoded',
  'guarded',
  'report',
];

/** Caught where they are thrown: users never see them. */
const INTERNAL = [/^buffer limit of . bytes exceeded$/];

const page = pageTexts(readFileSync(`${root}docs/errors.md`, 'utf8'));

test('each text of docs/errors.md is in the sources', () => {
  const sources = sourceTexts([`${root}src`, `${root}all-in-one/src`], CALLS);
  expect(page.length).toBeGreaterThan(40);
  expect(unknownTexts(page, sources)).toStrictEqual([]);
});

test('each text that src/ logs or throws is in docs/errors.md', () => {
  const sources = sourceTexts([`${root}src`], CALLS);
  expect(sources.reported.length).toBeGreaterThan(40);
  const unlisted = unlistedTexts(page, sources);
  expect(unlisted.filter((text) => !INTERNAL.some((each) => each.test(text)))).toStrictEqual([]);
});
