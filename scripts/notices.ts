import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { root } from './root.js';

/** Packages without a licence file, and the files whose first comment is the licence. */
const LICENSED_BY_COMMENT: Readonly<Record<string, readonly string[]>> = {
  '@bufbuild/protobuf': ['dist/esm/wire/binary-encoding.js', 'dist/esm/wire/varint.js'],
};

interface Bundle {
  readonly [file: string]: { readonly type: string; readonly moduleIds?: readonly string[] };
}

/** A rolldown plugin, and the names of the packages that the build bundled. */
export function bundledPackages(): {
  readonly plugin: { name: string; generateBundle(options: unknown, bundle: Bundle): void };
  names(): string[];
} {
  const found = new Set<string>();
  const generateBundle = (_options: unknown, bundle: Bundle): void => {
    for (const { moduleIds = [] } of Object.values(bundle)) {
      for (const name of moduleIds.map(packageOfFile)) if (name !== undefined) found.add(name);
    }
  };
  return { plugin: { name: 'bundled-packages', generateBundle }, names: () => [...found].sort() };
}

/** The package of a file. Undefined for a file that is not below node_modules. */
export function packageOfFile(path: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

/** Writes a section for each bundled package: name, version, licence and its text. */
export function writeNotices(owner: string, packages: readonly string[], path: string): void {
  const head = `${owner} contains code of the packages below. Each is under its own licence.\n`;
  writeFileSync(path, [head, ...packages.map(notice)].join(`\n${'-'.repeat(80)}\n\n`));
}

function notice(name: string): string {
  const folder = `${root}node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    version: string;
    license: string;
  };
  return `${name} ${version} (${license})\n\n${licenceText(name, folder).trim()}\n`;
}

function licenceText(name: string, folder: string): string {
  const file =
    existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(`${folder}/${file}`, 'utf8');
  const files = LICENSED_BY_COMMENT[name];
  if (files === undefined) throw new Error(`${name} is bundled and ships no licence text`);
  return files.map((path) => firstComment(`${folder}/${path}`)).join('\n\n');
}

function firstComment(path: string): string {
  const lines = readFileSync(path, 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  if (end < 1) throw new Error(`${path} does not begin with its licence`);
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}
