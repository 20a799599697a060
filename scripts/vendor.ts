import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { root } from './root.js';

/** Dependencies that are ES modules only. The ESM build imports them as they are, the CommonJS build gets them bundled. */
export const vendored: readonly string[] = ['dgram-as-promised'];

/** Packages that ship no licence file: these files of theirs carry the licence in their first comment. */
const licensedByComment: Readonly<Record<string, readonly string[]>> = {
  '@bufbuild/protobuf': ['dist/esm/wire/binary-encoding.js', 'dist/esm/wire/varint.js'],
};

/** Bundles each into `<folder>/<name>.js`; answers with the packages whose code is now inside, dependencies included. */
export async function bundleVendored(folder: string): Promise<string[]> {
  const result = await build({
    entryPoints: vendored.map((name) => ({ in: name, out: name })),
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    metafile: true,
    // esbuild names each file in a comment: without this, by the path behind a linked node_modules.
    preserveSymlinks: true,
    logLevel: 'warning',
  });
  const packages = Object.keys(result.metafile.inputs).map(packageOfFile);
  return [...new Set(packages)].sort();
}

/** The package that a file below node_modules belongs to. Throws for any other. */
export function packageOfFile(path: string): string {
  const match = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
  if (match?.[1] === undefined) throw new Error(`${path} is bundled and belongs to no package`);
  return match[1];
}

/** One section for each bundled package: name, version, licence, and the licence's own text. */
export function writeNotices(packages: readonly string[], path: string): void {
  const head =
    'spoor contains code of the packages below, bundled into dist/src/vendor, dist/src/collector and dist/page. Each is under its own licence.\n';
  writeFileSync(path, [head, ...packages.map(notice)].join(`\n${'-'.repeat(80)}\n\n`));
}

function notice(name: string): string {
  const folder = `${root}node_modules/${name}`;
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as {
    version: string;
    license: string;
  };
  const text = licenceText(name, folder);
  return `${name} ${manifest.version} (${manifest.license})\n\n${text.trim()}\n`;
}

function licenceText(name: string, folder: string): string {
  const file =
    existsSync(folder) && readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file) return readFileSync(`${folder}/${file}`, 'utf8');
  const files = licensedByComment[name];
  if (files === undefined) throw new Error(`${name} is bundled and ships no licence text`);
  return files.map((path) => firstComment(`${folder}/${path}`)).join('\n\n');
}

function firstComment(path: string): string {
  const lines = readFileSync(path, 'utf8').split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  if (end < 1) throw new Error(`${path} does not begin with its licence`);
  const text = lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ''));
  return text.join('\n');
}
