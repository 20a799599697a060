import { readFileSync } from 'node:fs';
import { root } from './root.js';

/** The two files behind one import path, as package.json's `exports` names them. */
export interface Entry {
  /** `.`, `./core`, `./collector` ... */
  readonly subpath: string;
  readonly import: string;
  readonly require: string;
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly files: readonly string[];
  readonly exports: Readonly<
    Record<string, string | { readonly import: string; readonly require: string }>
  >;
}

export function readManifest(folder: string = root): Manifest {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest;
}

/**
 * Every public entry. package.json's `exports` is the one list: the stubs for old resolvers and the package
 * tests follow it, so a new entry is one line there (and one in `files`, which prepack insists on).
 */
export function publicEntries(manifest: Manifest = readManifest()): Entry[] {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [{ subpath, import: target.import, require: target.require }],
  );
}
