import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { packRelease, write } from './release.js';
import { npmInstall, run } from './run.js';

const program = fileURLToPath(new URL('consumers/two-versions.ts', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** A later version says another number, as a release does. */
function renumber(folder: string): void {
  for (const build of ['src', 'esm']) {
    const file = join(folder, `dist/${build}/shared-core.js`);
    const text = readFileSync(file, 'utf8');
    const renumbered = text.replace(/(VERSION(?:\$\d)? = ")[^"]+/, (_, start) => `${start}3.20.1`);
    if (renumbered === text) throw new Error(`${file} has no version`);
    writeFileSync(file, renumbered);
  }
}

test.each(['commonjs', 'module'])(
  'spoor and a jaeger-client that is another version of it: each takes what the other makes (%s)',
  async (type) => {
    const app = join(inject('packed').scratch, `two-versions-${type}`);
    mkdirSync(app, { recursive: true });
    const dependencies = {
      spoor: `file:${await packRelease('3.20.0')}`,
      'jaeger-client': `file:${await packRelease('3.20.1', renumber)}`,
      opentracing: '^0.14.7',
      '@grpc/grpc-js': '1.14.7',
      '@types/node': '^20.19.0',
    };
    write(join(app, 'package.json'), { name: 'app', private: true, type, dependencies });
    await npmInstall(app);
    cpSync(program, join(app, 'program.ts'));
    const compilerOptions = {
      strict: true,
      skipLibCheck: false,
      target: 'es2022',
      module: 'nodenext',
      types: ['node'],
      rootDir: '.',
      outDir: 'out',
    };
    write(join(app, 'tsconfig.json'), { compilerOptions, files: ['program.ts'] });
    await run(process.execPath, [tsc, '-p', app], app);
    expect(await run(process.execPath, ['out/program.js'], app)).toBe('done\n');
  },
);
