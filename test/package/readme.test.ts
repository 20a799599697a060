import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { root } from '../../scripts/root.js';
import { installed } from './entry-names.js';
import { run } from './run.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The programs of a page, as a reader would paste them into a file. */
const programsOf = (page: string): string[] =>
  [...read(page).matchAll(/```js\n(.*?)```/gs)].map((match) => match[1]!);

/** Pages with programs, and the package that is installed where they run. */
const PAGES = [
  { page: 'README.md', name: 'spoor' },
  { page: 'docs/configuration.md', name: 'spoor' },
  { page: 'docs/reporting.md', name: 'spoor' },
  { page: 'all-in-one/README.md', name: 'allInOne' },
] as const;

describe.each(PAGES)('$page', ({ page, name }) => {
  const programs = programsOf(page);

  test('has programs', () => {
    expect(programs.length).toBeGreaterThan(0);
  });

  test.each(programs.map((program, i) => ({ program, i })))(
    'program $i runs',
    async ({ program, i }) => {
      const folder = join(inject('packed')[name].consumer, dirname(page), `${name}-programs`);
      mkdirSync(folder, { recursive: true });
      const file = `${posix.basename(page)}-${i}.mjs`;
      writeFileSync(join(folder, file), program);
      const output = await run(process.execPath, [file], folder);
      expect(output).not.toContain('false');
      if (page === 'README.md' && i === 0) expect(output).toBe('2 spans sent to localhost:6831\n');
    },
  );
});

/** Relative links of a page, seen from the folder that the page is relative to. */
const linksOf = (page: string): string[] =>
  [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path]) =>
    posix.join(posix.dirname(page), path!),
  );

const pages = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => posix.join(folder, file));

test.each([...pages('.'), ...pages('docs'), ...pages('all-in-one'), ...pages('all-in-one/docs')])(
  '%s leads to files that are there',
  (page) => {
    expect(linksOf(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  },
);

test('what the README of a package leads to is in the package', () => {
  const sibling = 'all-in-one/README.md';
  for (const link of linksOf('README.md').filter((path) => path !== sibling)) {
    const isForContributors = ['CONTRIBUTING.md', 'SECURITY.md', 'RELEASING.md'].includes(link);
    expect(isForContributors || existsSync(join(installed(), link)), link).toBe(true);
  }
  const collector = join(inject('packed').allInOne.consumer, 'node_modules/spoor-all-in-one');
  for (const link of linksOf(sibling)) {
    const path = posix.relative('all-in-one', link);
    expect(path.startsWith('..') || existsSync(join(collector, path)), link).toBe(true);
  }
});

test('the README leads to each page of docs', () => {
  const links = new Set(linksOf('README.md'));
  expect(pages('docs').filter((page) => !links.has(page))).toEqual([]);
});
