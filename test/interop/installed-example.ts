import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkout } from './peers/peer-process.js';

/**
 * Runs `use` in a copy of an example with what `npm install` makes of its dependencies, without asking a
 * registry: both packages of this checkout as they are built, and `packages`, each from a folder of packages of this checkout.
 */
export async function withInstalledExample(
  name: string,
  packages: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `spoor-${name}-`));
  try {
    const isSource = (path: string): boolean => !path.includes('node_modules');
    await cp(join(checkout, 'examples', name), folder, { recursive: true, filter: isSource });
    const modules = join(folder, 'node_modules');
    for (const [dependency, from] of Object.entries(packages)) {
      await mkdir(dirname(join(modules, dependency)), { recursive: true });
      await symlink(join(checkout, from, 'node_modules', dependency), join(modules, dependency));
    }
    await symlink(checkout, join(modules, 'spoor'));
    await symlink(join(checkout, 'all-in-one'), join(modules, 'spoor-all-in-one'));
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
