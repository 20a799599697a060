/**
 * `npm run build`: writes dist/, the tracer as CommonJS (dist/src) with its declarations, and as ESM (dist/esm).
 *
 * Each entry is one file per module format; code that several entries need is in chunks that are no entry. The CommonJS
 * build is in dist/src because users import `jaeger-client/dist/src/index`. Types are checked by `tsc -b`, not here.
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
  // src/entry has the entry `spoor`, written by hand for each module format around `names`.
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
  // No comments that name the files of each module: they would have the paths of this machine.
  inputOptions: { experimental: { attachDebugInfo: 'none' } },
  logLevel: 'warn',
  failOnWarn: true,
};

/** A chunk for each of these folders, as far as entries share it: `spoor/core` then loads nothing of Node.js. */
const SHARED_FOLDERS = ['core', 'node', 'grpc'];

const sharedChunks = (suffix: string): Rolldown.CodeSplittingOptions => ({
  groups: SHARED_FOLDERS.map((folder) => ({
    name: `shared-${folder}${suffix}`,
    test: new RegExp(`/src/${folder}/(?!index)`),
    minShareCount: 2,
  })),
});
const output = { comments: false, codeSplitting: sharedChunks('') } as const;

/** An ES-only package, which CommonJS cannot require on every Node.js that is supported: it is bundled there. */
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
    // Plain properties instead of getters: tests and applications replace them, as they do with jaeger-client.
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
