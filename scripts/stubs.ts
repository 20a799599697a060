/**
 * `prepack` and `postpack`: what the package needs at its top level and the repository does not.
 *
 * A resolver from before `exports` (webpack 4, Jest 27, `moduleResolution: node`) looks for `spoor/core` as a folder, so
 * each subpath gets a `package.json` that leads into dist/.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { publicEntries, readManifest } from './manifest.js';
import { root } from './root.js';

const manifest = readManifest();
const folders = publicEntries(manifest)
  .filter((entry) => entry.subpath !== '.')
  .map((entry) => ({ folder: entry.subpath.slice('./'.length), require: entry.require }));

function writeStubs(): void {
  for (const { folder, require } of folders) {
    const top = folder.split('/')[0] ?? folder;
    if (!manifest.files.includes(top))
      throw new Error(
        `package.json: "files" lacks "${top}", so spoor/${folder} would have no stub`,
      );
    if (existsSync(`${root}${folder}`) && !existsSync(`${root}${folder}/package.json`))
      throw new Error(`${folder}/ exists and is no stub`);
    const main = posix.relative(folder, require);
    const stub = { main, types: main.replace(/\.js$/, '.d.ts') };
    mkdirSync(`${root}${folder}`, { recursive: true });
    writeFileSync(`${root}${folder}/package.json`, `${JSON.stringify(stub, undefined, 2)}\n`);
  }
}

/** Takes away what writeStubs made, and no folder that holds anything else. */
function removeStubs(): void {
  for (const { folder } of folders) {
    rmSync(`${root}${folder}/package.json`, { force: true });
    for (let path = folder; path !== '.'; path = posix.dirname(path)) {
      if (existsSync(`${root}${path}`) && readdirSync(`${root}${path}`).length === 0) {
        rmdirSync(`${root}${path}`);
      }
    }
  }
}

if (process.argv[2] === 'write') writeStubs();
else if (process.argv[2] === 'remove') removeStubs();
else throw new Error('say "write" or "remove"');
