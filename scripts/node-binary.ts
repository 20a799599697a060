import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

const cache = join(root, 'node_modules/.cache/node');

/**
 * The path of a Node.js of that major version. The binary comes out of an npm package and stays in node_modules/.cache,
 * so the tests need no version manager.
 */
export function nodeBinary(major: number): string {
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
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  execFileSync('npm', install, { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] });
  // Another process may have installed it meanwhile, and run it already.
  if (existsSync(binary)) {
    rmSync(fresh, { recursive: true });
    return binary;
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return binary;
}
