import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { expectTree } from '../fixtures/grpc-example-output.js';
import { withInstalledExample } from './installed-example.js';
import { checkout, missingPeer, runPeer } from './peers/peer-process.js';

const RUNTIMES = [
  {
    name: 'Deno',
    program: join(checkout, 'test/interop/deno/node_modules/@deno/linux-x64-glibc/deno'),
    args: ['run', '--allow-all', '--node-modules-dir=manual'],
  },
  {
    name: 'Bun',
    program: join(checkout, 'test/interop/bun/node_modules/@oven/bun-linux-x64/bin/bun'),
    args: [],
  },
];

/*
 * The example is the whole of it: ids, codecs, the active span in handlers, interceptors of both sides on
 * grpc-js, UDP, and the collector, each of them as it is built for Node.js.
 */
test.each(RUNTIMES)(
  'two gRPC services and the all-in-one on $name: one trace',
  async ({ name, program, args }) => {
    if (!existsSync(program)) throw missingPeer(name);
    const cache = await mkdtemp(join(tmpdir(), 'spoor-runtime-'));
    try {
      const packages = { '@grpc/grpc-js': '.', '@grpc/proto-loader': '.' };
      await withInstalledExample('grpc-user-service', packages, async (cwd) => {
        const env = { ...process.env, DENO_DIR: cache, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
        const all = [...args, 'start.js', '--once', '--free-ports'];
        expectTree(await runPeer(program, all, { cwd, env }));
      });
    } finally {
      await rm(cache, { recursive: true, force: true });
    }
  },
);
