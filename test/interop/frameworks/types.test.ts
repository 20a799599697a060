import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const folder = fileURLToPath(new URL('.', import.meta.url));

test('what the interceptors are is what nice-grpc, Connect, NestJS and grpc-js take', async () => {
  // All programs of this folder, and the types of those libraries with them.
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', folder]);
  expect(stdout).toBe('');
}, 60_000);
