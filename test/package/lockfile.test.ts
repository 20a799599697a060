import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../../scripts/root.js';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
}

const lockFiles = execFileSync('git', ['ls-files', '*package-lock.json'], { cwd: root })
  .toString()
  .trim()
  .split('\n');

test('there are lock files to look at', () => {
  expect(lockFiles).toContain('package-lock.json');
});

describe.each(lockFiles)('%s', (file) => {
  const { packages } = JSON.parse(readFileSync(join(root, file), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  // The root, the workspaces and the links to these come from no registry.
  const installed = Object.entries(packages).filter(
    ([place, { link }]) => place.includes('node_modules/') && link !== true,
  );

  test('has the checksum of each package', () => {
    const strong = /^sha512-[A-Za-z0-9+/]{86}==$/;
    const unchecked = installed.filter(([, { integrity = '' }]) => !strong.test(integrity));
    expect(unchecked.map(([place]) => place)).toEqual([]);
  });

  test('names no registry host', () => {
    const bound = installed.filter(
      ([, { version = '', resolved }]) => resolved !== undefined || !/^\d/.test(version),
    );
    expect(bound.map(([place]) => place)).toEqual([]);
  });
});
