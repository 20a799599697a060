/**
 * `prepack` and `postpack`: writes and removes files that only the package needs.
 *
 * Resolvers without support for `exports` (webpack 4, Jest 27, `moduleResolution: node`) look for `spoor/core` as a
 * folder. So each subpath is a folder with a `package.json` that points into dist/.
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

/** Removes the files of writeStubs, and folders that are then empty. */
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
