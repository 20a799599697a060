import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import { nodeBinary } from '../../scripts/node-binary.js';
import { npmInstall, run } from './run.js';

const MAX_TARBALL_BYTES = 250_000;
const MAX_UNPACKED_BYTES = 700_000;

const consumers = fileURLToPath(new URL('consumers', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const consumer = (): string => inject('packed').allInOne.consumer;
const installed = (): string => join(consumer(), 'node_modules/spoor-all-in-one');
const bin = (): string => join(consumer(), 'node_modules/.bin/spoor-all-in-one');

const FREE_PORTS = [
  'compact',
  'binary',
  'http',
  'otlp-http',
  'otlp-grpc',
  'sampling',
  'query',
].flatMap((flag) => [`--port.${flag}`, '0']);

describe('the tarball of spoor-all-in-one', () => {
  const files = (): string[] =>
    readdirSync(installed(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed().length + 1));

  test('has the program, the build, the page and the documents', () => {
    expect(readdirSync(installed()).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES',
      'bin',
      'dist',
      'docs',
      'package.json',
    ]);
    const dist = files().filter((file) => file.startsWith('dist/'));
    expect(dist.sort()).toEqual([
      'dist/cli.cjs',
      'dist/collector.cjs',
      'dist/index.cjs',
      'dist/index.d.cts',
      'dist/index.d.mts',
      'dist/index.mjs',
      'dist/page/index.html',
      'dist/page/static/app.css',
      'dist/page/static/app.js',
      'dist/page/static/icon.svg',
    ]);
  });

  test('needs no other package', () => {
    const manifest = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8')) as object;
    expect(manifest).not.toHaveProperty('dependencies');
    const others = readdirSync(join(consumer(), 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(others.sort()).toEqual(['@types', 'spoor-all-in-one', 'undici-types']);
  });

  test('names each bundled package with its licence', () => {
    const notices = readFileSync(join(installed(), 'THIRD-PARTY-NOTICES'), 'utf8');
    for (const name of ['@bufbuild/protobuf', 'preact']) expect(notices).toContain(`\n${name} `);
  });

  test('has no private member in its declarations, and names no machine', () => {
    for (const file of files().filter((name) => /\.(?:[cm]?js|ts|[cm]ts|json|html)$/.test(name))) {
      const text = readFileSync(join(installed(), file), 'utf8');
      if (/\.d\.[cm]ts$/.test(file))
        expect(text, file).not.toMatch(/^\s*(?:private|protected|#)\b/m);
      expect(text.includes(process.cwd()), file).toBe(false);
    }
  });

  test('is small', () => {
    expect(statSync(inject('packed').allInOne.tarball).size).toBeLessThan(MAX_TARBALL_BYTES);
    const sizes = files().map((file) => statSync(join(installed(), file)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_UNPACKED_BYTES);
  });
});

describe('the entry spoor-all-in-one', () => {
  const names = `
    ListenError
    ThriftDecodeError
    formatTraceTree
    startCollector
    startUdpReceiver`.match(/\w+/g)!;

  test.each(['module', 'commonjs'])('has these names as %s', async (type) => {
    const load = type === 'module' ? 'await import' : 'require';
    const program = `console.log(Object.keys(${load}('spoor-all-in-one')).sort().join())`;
    const out = await run(process.execPath, [`--input-type=${type}`, '-e', program], consumer());
    expect(out.trim().split(',')).toEqual(names);
  });

  test.each([
    ['module', { module: 'nodenext' }],
    ['commonjs', { module: 'nodenext' }],
    ['commonjs', { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }],
  ] as const)('compiles and runs as %s with %o', async (type, options) => {
    const folder = join(consumer(), `ts-${type}-${options.module}`);
    mkdirSync(folder);
    cpSync(join(consumers, 'all-in-one.ts'), join(folder, 'program.ts'));
    const compilerOptions = {
      strict: true,
      skipLibCheck: false,
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      rootDir: '.',
      outDir: 'out',
      ...options,
    };
    const project = { compilerOptions, files: ['program.ts'] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
    await run(process.execPath, [tsc, '-p', folder], folder);
    expect(await run(process.execPath, ['out/program.js'], folder)).toBe('done\n');
  });

  test.each([20, 22, 24, 26])('loads on Node.js %i', async (major) => {
    const program = `
      const { startCollector } = require('spoor-all-in-one');
      startCollector({ freePorts: true }).then((it) => it.close()).then(() => console.log('done'));`;
    const node = nodeBinary(major);
    expect(await run(node, ['-e', program], consumer())).toBe('done\n');
  });

  test('VERSION is the version of the package', async () => {
    const { VERSION } = await import('../../all-in-one/src/cli/version.js');
    const manifest = JSON.parse(readFileSync(join(installed(), 'package.json'), 'utf8')) as object;
    expect(manifest).toHaveProperty('version', VERSION);
    expect(await run(bin(), ['--version'], consumer())).toBe(`${VERSION}\n`);
  });
});

describe('the program spoor-all-in-one', () => {
  const child = ['node', '-e', 'process.exitCode = process.env.JAEGER_AGENT_PORT > 0 ? 7 : 1'];

  test.each([
    ['npx', ['spoor-all-in-one', ...FREE_PORTS, '--', ...child]],
    ['npm', ['exec', '--', 'spoor-all-in-one', ...FREE_PORTS, ...child]],
    ['npm', ['exec', 'spoor-all-in-one', '--', ...FREE_PORTS, ...child]],
  ])('%s %j runs a command and ends with its code', async (file, args) => {
    const [code, output] = await exitOf(file, args, consumer());
    expect(output).toContain('no traces arrived');
    expect(code).toBe(7);
  });

  test('says which command builds it where the build is missing', async () => {
    const folder = join(inject('packed').scratch, 'not-built');
    mkdirSync(folder);
    cpSync(join(installed(), 'bin'), join(folder, 'bin'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const [code, output] = await exitOf(process.execPath, ['bin/spoor-all-in-one.js'], folder);
    expect(output).toBe('spoor-all-in-one is not built: run `npm run build -w spoor-all-in-one`\n');
    expect(code).toBe(1);
  });

  test('takes OTLP over gRPC where grpc-js is installed, and says so where it is not', async () => {
    const [, without] = await exitOf(bin(), [...FREE_PORTS, '--', 'true'], consumer());
    expect(without).toContain('(off, or no grpc-js)');
    const folder = join(inject('packed').scratch, 'with-grpc');
    mkdirSync(folder);
    const dependencies = {
      'spoor-all-in-one': `file:${inject('packed').allInOne.tarball}`,
      '@grpc/grpc-js': '1.14.7',
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    await npmInstall(folder);
    const [, output] = await exitOf(
      'npx',
      ['spoor-all-in-one', ...FREE_PORTS, '--', 'true'],
      folder,
    );
    expect(output).not.toContain('no grpc-js');
  });
});

/** The exit code, and all that was written. */
function exitOf(file: string, args: readonly string[], cwd: string): Promise<[number, string]> {
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd }, (_error, stdout, stderr) => {
      resolve([child.exitCode ?? -1, stdout + stderr]);
    });
  });
}
