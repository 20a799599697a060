/** `npm run check:package`: publint and "are the types wrong?" on the tarballs that npm would publish. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, PACKAGE_FOLDERS, type PackageName } from './pack.js';
import { root } from './root.js';

const folder = mkdtempSync(join(tmpdir(), 'spoor-check-'));
try {
  const bin = join(root, 'node_modules', '.bin');
  for (const name of Object.keys(PACKAGE_FOLDERS) as PackageName[]) {
    const tarball = await pack(name, folder);
    execFileSync(join(bin, 'publint'), ['run', tarball, '--strict'], { stdio: 'inherit' });
    execFileSync(join(bin, 'attw'), [tarball, '--no-emoji'], { stdio: 'inherit' });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
