import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { decodeMessage } from '../../all-in-one/src/thrift/jaeger-decoder.js';
import type { JaegerBatch } from '../../all-in-one/src/thrift/jaeger-model.js';
import { nodeBinary } from '../../scripts/node-binary.js';
import { run } from './run.js';

const consumers = fileURLToPath(new URL('consumers', import.meta.url));
const batches: JaegerBatch[] = [];
let receiver: Socket;
let folder: string;

beforeAll(async () => {
  receiver = createSocket('udp4');
  receiver.on('message', (bytes) => batches.push(decodeMessage(bytes, 'compact').batch));
  receiver.bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  folder = join(inject('packed').spoor.consumer, 'snapshot');
  mkdirSync(folder, { recursive: true });
  cpSync(join(consumers, 'snapshot.cjs'), join(folder, 'program.cjs'));
  // Node takes one file.
  await build({
    entryPoints: [join(folder, 'program.cjs')],
    outfile: join(folder, 'program.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
});

afterAll(() => {
  receiver.close();
});

interface Said {
  readonly ids: string;
  readonly uuid: string;
  readonly isNow: boolean;
  readonly isActive: boolean;
  readonly early?: string;
}

/** What a process said that was started from the snapshot. */
async function restore(node: string, snapshot: string): Promise<Said> {
  const args = ['--no-warnings', '--snapshot-blob', snapshot];
  const [said, stats] = (await run(node, args, folder)).trim().split('\n');
  expect(JSON.parse(stats!)).toMatchObject({ finished: 1, sent: 1, waiting: 0 });
  return JSON.parse(said!) as Said;
}

describe.each([20, 22, 24, 26])('a snapshot of Node.js %i', (major) => {
  test.each(['', 'early'])('starts processes with ids of their own %s', async (EARLY) => {
    const node = nodeBinary(major);
    const snapshot = `${major}${EARLY}.blob`;
    const args = ['--no-warnings', '--snapshot-blob', snapshot, '--build-snapshot', 'program.js'];
    const AGENT_PORT = String(receiver.address().port);
    expect(await run(node, args, folder, { AGENT_PORT, EARLY })).toBe('');

    batches.length = 0;
    const said = [await restore(node, snapshot), await restore(node, snapshot)];
    while (batches.length < 2) await once(receiver, 'message');
    const [first, second] = said;
    expect(first!.ids).not.toBe(second!.ids);
    expect(first!.uuid).not.toBe(second!.uuid);
    expect(first!.early).toBe(second!.early);
    expect(said.map(({ isNow, isActive }) => [isNow, isActive])).toStrictEqual([
      [true, true],
      [true, true],
    ]);
    const uuids = batches.map(
      ({ process }) => process.tags.find(({ key }) => key === 'client-uuid')!.value,
    );
    expect(uuids.sort()).toStrictEqual(said.map(({ uuid }) => uuid).sort());
  });
});
