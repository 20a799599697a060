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
 * All public entries, from `exports` of package.json. The stubs for old resolvers and the package tests use this
 * list. A new entry also needs a line in `files`, which prepack checks.
 */
export function publicEntries(manifest: Manifest = readManifest()): Entry[] {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'string' ? [] : [{ subpath, import: target.import, require: target.require }],
  );
}
