/**
 * `npm run build:page`: the page, bundled into dist/page: index.html and what it loads from /static.
 *
 * One program and one style sheet, without source maps: the page loads nothing from anywhere else.
 */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packageOfFile } from '../../scripts/notices.js';
import { packageRoot } from './package-root.js';

const source = `${packageRoot}src/page`;

/** Writes the page into a folder, which it empties first; answers with the packages whose code is now inside. */
export async function buildPage(out: string = `${packageRoot}dist/page`): Promise<string[]> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(`${out}/static`, { recursive: true });
  cpSync(`${source}/index.html`, `${out}/index.html`);
  cpSync(`${source}/static`, `${out}/static`, { recursive: true });
  const result = await build({
    entryPoints: { app: `${source}/main.tsx` },
    outdir: `${out}/static`,
    absWorkingDir: packageRoot,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    preserveSymlinks: true,
    logLevel: 'warning',
  });
  await build({
    entryPoints: { app: `${source}/styles/app.css` },
    outdir: `${out}/static`,
    bundle: true,
    minify: true,
    // Newer than any target that would turn colours for two themes into something longer.
    target: 'esnext',
    logLevel: 'warning',
  });
  const packages = Object.keys(result.metafile.inputs).map(packageOfFile);
  return [...new Set(packages)].filter((name) => name !== undefined).sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPage();
