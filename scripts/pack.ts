import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { root } from './root.js';

/** Nothing below these is needed to build the package. */
const leftOut = new Set([
  '.git',
  'node_modules',
  'dist',
  'test',
  'bench',
  'docs',
  'examples',
  'coverage',
]);

/**
 * Runs a real `npm pack` and answers with the tarball's path inside `folder`. It packs a copy of the repository, as a
 * fresh clone would be packed, so that it neither depends on what was built before nor disturbs it.
 */
export async function pack(folder: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'spoor-pack-'));
  try {
    const wanted = (path: string): boolean => !leftOut.has(relative(root, path));
    cpSync(root, copy, { recursive: true, filter: wanted });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    return await packFolder(copy, folder);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** `npm pack` in `from`, with its scripts, into `folder`. */
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
