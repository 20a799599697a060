import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { packFolder } from '../../scripts/pack.js';
import { installed } from './entry-names.js';

/** Writes a text, or a value as JSON. */
export function write(path: string, value: unknown): void {
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
}

/**
 * The tarball of the package as released under a version: while the version in the repository is a prerelease, no
 * `^3.15` accepts it. `change` may edit the unpacked package before.
 */
export async function packRelease(
  version: string,
  change: (folder: string) => void = () => undefined,
): Promise<string> {
  const folder = mkdtempSync(join(inject('packed').scratch, 'release-'));
  cpSync(installed(), folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object;
  // Its stubs are packed as they are, without prepack.
  write(join(folder, 'package.json'), { ...manifest, scripts: {}, version });
  change(folder);
  return packFolder(folder, mkdtempSync(join(inject('packed').scratch, 'tarball-')));
}
