import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { test } from 'vitest';
import { expectTree } from '../fixtures/grpc-example-output.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

test('npm start -- --once prints one trace through both services and its address, and exits 0', async () => {
  const args = ['start', '--', '--once', '--free-ports'];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: checkout });
  expectTree(stdout);
}, 60_000);
