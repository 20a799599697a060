import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmInstall } from './run.js';

const cache = fileURLToPath(new URL('../../node_modules/.cache/node/', import.meta.url));

/**
 * The path of a Node.js of that major version. The binary comes out of an npm package and stays in node_modules/.cache,
 * so the tests need no version manager.
 */
export async function nodeBinary(major: number): Promise<string> {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(cache, String(major));
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'new-'));
  writeFileSync(
    join(fresh, 'package.json'),
    JSON.stringify({ private: true, dependencies: { [name]: String(major) } }),
  );
  await npmInstall(fresh);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return binary;
}
