import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { runDemo } from '../../../src/collector/demo.js';
import { encodeMessage } from '../../fixtures/apache/apache-thrift.js';
import { apacheBatch } from '../core/thrift/arbitrary-batch.js';
import { GOLDEN_BATCH } from '../core/thrift/golden-batch.js';
import { Arrivals, sendDatagrams } from './collected.js';

const demo = fileURLToPath(new URL('../../../src/collector/demo.ts', import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(args: string[], nodeArgs: string[] = []): Started {
  const child = spawn(process.execPath, [...nodeArgs, '--import', 'tsx', demo, ...args]);
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output };
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
}

const TREE = [
  'listening on 127\\.0\\.0\\.1:\\d+ \\(UDP, compact Thrift\\)',
  'trace [0-9a-f]{16}: 3 spans, 1 service',
  '└─ checkout \\(demo\\) \\S+ ms, \\d tags',
  '   └─ charge-card \\(demo\\) \\S+ ms, \\+\\S+ ms, 1 log',
  '      └─ POST /charges \\(demo\\) \\S+ ms, \\+\\S+ ms, 1 tag',
];

test('npm start -- --once prints the tree of three nested spans that arrived, and exits 0', async () => {
  const { child, output } = start(['--once']);
  const [code] = await once(child, 'close');
  expect(output()).toMatch(new RegExp(`^${TREE.join('\n')}\n$`));
  expect(code).toBe(0);
}, 60_000);

test('npm start stays up and prints what arrives, until SIGTERM', async () => {
  const { child, output } = start([]);
  const printed = async (text: string) => {
    while (!output().includes(text)) await once(child.stdout!, 'data');
  };
  await printed('listening for more');
  const port = Number(/:(\d+) /.exec(output())![1]);
  await sendDatagrams(port, [encodeMessage('compact', apacheBatch(GOLDEN_BATCH))]);
  await printed('pay (shop)');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
}, 60_000);

test('a failure is one line, and the exit code 1', async () => {
  const noSockets = `
    import dgram from 'node:dgram';
    import { syncBuiltinESMExports } from 'node:module';
    dgram.createSocket = () => { throw new Error('no sockets here'); };
    syncBuiltinESMExports();`;
  const preload = `data:text/javascript,${encodeURIComponent(noSockets)}`;
  const { child, output } = start(['--once'], ['--import', preload]);
  const [code] = await once(child, 'close');
  expect(output()).toBe('demo: no sockets here\n');
  expect(code).toBe(1);
}, 60_000);

test('spans that do not arrive are an error that counts them', async () => {
  const printed = new Arrivals<string>();
  const traceInto = async (port: number) => {
    const message = encodeMessage('compact', apacheBatch(GOLDEN_BATCH));
    await sendDatagrams(port, [message, Uint8Array.of(1)]);
    await printed.wait(2);
  };
  await expect(runDemo({ traceInto, deadlineMs: 1, print: printed.add })).rejects.toThrowError(
    /^1 of 3 spans arrived at 127\.0\.0\.1:\d+ in 0\.001 s$/,
  );
  expect(printed.items[1]).toMatch(/^a datagram that is no batch: no compact message header/);
});
