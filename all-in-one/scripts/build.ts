/**
 * `npm run build -w spoor-all-in-one`: writes dist/, the collector and its program as CommonJS, the entry of ESM, the
 * declarations of both, and the page.
 *
 * The collector is built once: ESM's entry loads the CommonJS build, since two copies would be twice the size.
 */
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { build, type InlineConfig } from 'tsdown';
import { stripHiddenMembers } from '../../scripts/declarations.js';
import { bundledPackages, writeNotices } from '../../scripts/notices.js';
import { buildPage } from './build-page.js';
import { packageRoot } from './package-root.js';

const out = `${packageRoot}dist`;

const common: InlineConfig = {
  config: false,
  cwd: packageRoot,
  tsconfig: `${packageRoot}src/tsconfig.json`,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  outDir: out,
  outExtensions: () => ({ js: '.cjs', dts: '.d.cts' }),
  hash: false,
  dts: false,
  // No comments that name the files of each module: they would have the paths of this machine.
  inputOptions: { experimental: { attachDebugInfo: 'none' } },
  logLevel: 'warn',
  failOnWarn: true,
};

const packages = bundledPackages();
await build({
  ...common,
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  deps: { alwaysBundle: [/^@bufbuild\/protobuf/], onlyBundle: false },
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  plugins: [packages.plugin],
  outputOptions: {
    comments: false,
    chunkFileNames: 'collector.cjs',
    footer: (chunk) => (chunk.isEntry ? 'module.exports = { ...module.exports };' : ''),
  },
});
await build({
  ...common,
  entry: { index: 'src/index.ts' },
  format: 'esm',
  outExtensions: () => ({ js: '.mjs', dts: '.d.cts' }),
  clean: false,
  dts: { emitDtsOnly: true, oxc: { stripInternal: true } },
});
stripHiddenMembers(out);

const names = Object.keys(createRequire(import.meta.url)(`${out}/index.cjs`) as object);
const target = './index.cjs';
writeFileSync(
  `${out}/index.mjs`,
  `import collector from '${target}';\nexport const { ${names.join(', ')} } = collector;\n`,
);
writeFileSync(`${out}/index.d.mts`, `export * from '${target}';\n`);
const bundled = [...packages.names(), ...(await buildPage())].sort();
writeNotices('spoor-all-in-one', bundled, `${packageRoot}THIRD-PARTY-NOTICES`);
