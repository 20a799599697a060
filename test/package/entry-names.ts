import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { inject } from 'vitest';
import { publicEntries, readManifest, type Entry } from '../../scripts/manifest.js';
import { run } from './run.js';

/** The folder of the installed package. */
export const installed = (): string =>
  join(inject('packed').spoor.consumer, 'node_modules', 'spoor');

/** The entries of the package that was packed. */
export const entries = (): Entry[] => publicEntries(readManifest(installed()));

/** `./core` is imported as `spoor/core`. */
export const specifier = (subpath: string): string => `spoor${subpath.slice(1)}`;

/** A program that writes the names of an entry as JSON, with the module system asked for. */
export function nodeArgs(kind: 'import' | 'require', subpath: string): string[] {
  const name = JSON.stringify(specifier(subpath));
  const show = 'console.log(JSON.stringify(Object.keys(entry).sort()))';
  return kind === 'require'
    ? ['--input-type=commonjs', '-e', `const entry = require(${name}); ${show}`]
    : ['--input-type=module', '-e', `import * as entry from ${name}; ${show}`];
}

/** What a fresh process finds in an entry, without `default`. */
export async function runtimeNames(kind: 'import' | 'require', subpath: string): Promise<string[]> {
  const out = await run(process.execPath, nodeArgs(kind, subpath), inject('packed').spoor.consumer);
  return (JSON.parse(out) as string[]).filter((name) => name !== 'default');
}

/** The values (not the types) that an entry's `.d.ts` promises, without `default`. */
export function declaredNames(jsFile: string): string[] {
  const file = join(installed(), jsFile.replace(/\.js$/, '.d.ts'));
  readFileSync(file);
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const checker = ts.createProgram([file], options);
  const source = checker.getSourceFile(file);
  const types = checker.getTypeChecker();
  const symbol = source && types.getSymbolAtLocation(source);
  if (!symbol) throw new Error(`${file} is no module`);
  const isValue = (name: ts.Symbol): boolean => {
    const target = name.flags & ts.SymbolFlags.Alias ? types.getAliasedSymbol(name) : name;
    return (target.flags & ts.SymbolFlags.Value) !== 0;
  };
  return types
    .getExportsOfModule(symbol)
    .filter(isValue)
    .map((name) => name.name)
    .filter((name) => name !== 'default')
    .sort();
}
