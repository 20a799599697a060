/**
 * `npm run complete-lock`: run it after changing the version of a tool.
 *
 * Tools with native code have one optional package per platform. `npm install` with an existing node_modules can omit
 * those of other platforms silently, and `npm ci` then rejects the lock file everywhere. Here npm resolves the lock
 * file alone, which adds each platform with its checksum. Entries without a checksum are resolved again.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { root } from './root.js';

interface Locked {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

const path = `${root}package-lock.json`;

function read(): Lock {
  return JSON.parse(readFileSync(path, 'utf8')) as Lock;
}

/** The root, the workspaces and links to them never have a checksum. */
function lacksChecksum([place, locked]: [string, Locked]): boolean {
  return place.includes('node_modules/') && locked.link !== true && locked.integrity === undefined;
}

/** Optional packages without an entry in the file. */
function missingFrom({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !(`${place}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
    ),
  );
}

const before = read();
const withChecksum = Object.entries(before.packages).filter((entry) => !lacksChecksum(entry));
const packages = Object.fromEntries(withChecksum);
writeFileSync(path, `${JSON.stringify({ ...before, packages }, undefined, 2)}\n`);
const flags = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
execFileSync('npm', ['install', ...flags], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });

const after = read();
const unchecked = Object.entries(after.packages).filter(lacksChecksum);
const incomplete = [...missingFrom(after), ...unchecked.map(([place]) => place)];
if (incomplete.length > 0) {
  throw new Error(`npm found no package, or no checksum, for: ${incomplete.join(', ')}`);
}
console.log(`package-lock.json: ${Object.keys(after.packages).length} entries, each complete`);
