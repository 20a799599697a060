import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { root } from './root.js';

/** The packages and their folders in the repository. */
export const PACKAGE_FOLDERS = { spoor: '.', 'spoor-all-in-one': 'all-in-one' } as const;
export type PackageName = keyof typeof PACKAGE_FOLDERS;

/** Folders that are not needed to build a package. */
const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', 'test', 'bench', 'examples', 'coverage']);

/**
 * Runs `npm pack` for a package and returns the path of the tarball in `folder`. It packs a copy of the repository, so
 * it neither uses nor changes an earlier build.
 */
export async function pack(name: PackageName, folder: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'spoor-pack-'));
  mkdirSync(folder, { recursive: true });
  try {
    const isNeeded = (path: string): boolean =>
      !LEFT_OUT.has(relative(root, path).replace(/^all-in-one\//, ''));
    cpSync(root, copy, { recursive: true, filter: isNeeded });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    return await packFolder(join(copy, PACKAGE_FOLDERS[name]), folder);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Runs `npm pack` in `from`, with its scripts. Returns the path of the tarball in `folder`. */
export async function packFolder(from: string, folder: string): Promise<string> {
  const before = new Set(readdirSync(folder));
  await promisify(execFile)('npm', ['pack', '--pack-destination', folder], { cwd: from });
  const made = readdirSync(folder).filter((name) => name.endsWith('.tgz') && !before.has(name));
  const [tarball] = made;
  if (tarball === undefined || made.length > 1) {
    throw new Error(`npm pack in ${basename(from)} made ${made.length} new tarballs`);
  }
  return join(folder, tarball);
}
