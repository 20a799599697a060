import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Paths of the folders that the page speaks of, folders with a slash at their end. */
const paths = [
  'src',
  'all-in-one/src',
  'all-in-one/bin',
  'all-in-one/scripts',
  'scripts',
  'test',
  'docs',
].flatMap((top) => [
  `/${top}/`,
  `/${top.split('/')[0]}/`,
  ...readdirSync(`${root}${top}`, { recursive: true, withFileTypes: true }).map(
    (entry) =>
      `/${`${entry.parentPath}/${entry.name}`.slice(root.length)}${entry.isDirectory() ? '/' : ''}`,
  ),
]);

test('each file and folder that docs/architecture.md names exists', () => {
  const page = readFileSync(`${root}docs/architecture.md`, 'utf8').replaceAll(
    /^```$.*?^```$/gms,
    '',
  );
  const names = [...page.matchAll(/`([\w./-]+(?:\.tsx?|\/))`/g)].map(([, name]) => name!);
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name) => !paths.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
});
