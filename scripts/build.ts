/**
 * `npm run build`: writes dist/, the tracer as CommonJS (dist/src) with its declarations, and as ESM (dist/esm).
 *
 * Each entry is one file per module format. Code that several entries share is in chunks. The CommonJS build is in
 * dist/src because users import `jaeger-client/dist/src/index`. `tsc -b` checks the types, not this script.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build, type InlineConfig, type Rolldown } from 'tsdown';
import { forwardDeclarations, stripHiddenMembers } from './declarations.js';
import { bundledPackages, writeNotices } from './notices.js';
import { root } from './root.js';

const out = `${root}dist`;

const common: InlineConfig = {
  config: false,
  cwd: root,
  // The entry `spoor` is in src/entry, written by hand for each module format. It re-exports `names`.
  entry: {
    names: 'src/index.ts',
    core: 'src/core/index.ts',
    grpc: 'src/grpc/index.ts',
    'grpc/nice': 'src/grpc/nice/index.ts',
    'grpc/connect': 'src/grpc/connect/index.ts',
  },
  tsconfig: `${root}src/tsconfig.json`,
  platform: 'node',
  target: 'node20',
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
  hash: false,
  dts: false,
  // No comments with the file of each module: they would contain local paths.
  inputOptions: { experimental: { attachDebugInfo: 'none' } },
  logLevel: 'warn',
  failOnWarn: true,
};

/** Shared code of each of these folders is one chunk, so that `spoor/core` loads no Node.js module. */
const SHARED_FOLDERS = ['core', 'node', 'grpc'];

const sharedChunks = (suffix: string): Rolldown.CodeSplittingOptions => ({
  groups: SHARED_FOLDERS.map((folder) => ({
    name: `shared-${folder}${suffix}`,
    test: new RegExp(`/src/${folder}/(?!index)`),
    minShareCount: 2,
  })),
});
const output = { comments: false, codeSplitting: sharedChunks('') } as const;

/** ES modules, which CommonJS cannot require on every supported Node.js. The CommonJS build bundles them. */
const BUNDLED = ['dgram-as-promised'];

const packages = bundledPackages();
await build({ ...common, format: 'esm', outDir: `${out}/esm`, outputOptions: output });
await build({
  ...common,
  format: 'cjs',
  outDir: `${out}/src`,
  deps: { alwaysBundle: BUNDLED, onlyBundle: false },
  plugins: [packages.plugin],
  outputOptions: {
    ...output,
    // Plain properties instead of getters, because tests and applications replace them.
    footer: (chunk) => (chunk.isEntry ? 'module.exports = { ...module.exports };' : ''),
  },
});
await build({
  ...common,
  format: 'esm',
  outDir: `${out}/src`,
  clean: false,
  dts: { emitDtsOnly: true, oxc: { stripInternal: true } },
  outputOptions: { codeSplitting: sharedChunks('.d') },
});

for (const file of readdirSync(`${root}src/entry`)) {
  const folder = /\.c[jt]s$/.test(file) ? 'src' : 'esm';
  const text = readFileSync(`${root}src/entry/${file}`, 'utf8').replaceAll(".cjs'", ".js'");
  writeFileSync(`${out}/${folder}/${file.replace(/\.[cm](js|ts)$/, '.$1')}`, text);
}
stripHiddenMembers(`${out}/src`);
forwardDeclarations(Object.keys(common.entry as object), `${out}/src`, `${out}/esm`);
writeFileSync(`${out}/src/package.json`, '{ "type": "commonjs" }\n');
writeFileSync(`${out}/esm/package.json`, '{ "type": "module" }\n');
writeNotices('spoor', packages.names(), `${root}THIRD-PARTY-NOTICES`);
