import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import { nodeBinary } from '../../scripts/node-binary.js';
import { run } from './run.js';

const consumers = fileURLToPath(new URL('consumers', import.meta.url));

function programs(): string {
  const folder = join(inject('packed').spoor.consumer, 'programs');
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(consumers)) cpSync(join(consumers, file), join(folder, file));
  return folder;
}

test.each([20, 22, 24, 26])('Node.js %i runs the program as ESM and as CommonJS', async (major) => {
  const node = nodeBinary(major);
  expect(await run(node, ['--version'], consumers)).toMatch(new RegExp(`^v${major}\\.`));
  for (const file of ['program.mjs', 'program.cjs']) await run(node, [file], programs());
});

test('Node.js 26 without the permission to use the network', async () => {
  const flags = ['--permission', '--allow-fs-read=*', '--no-warnings'];
  await run(nodeBinary(26), [...flags, 'permission.cjs'], programs());
});
