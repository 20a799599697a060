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

const LISTENERS = [
  'spoor \\S+ all-in-one',
  ...Array.from({ length: 7 }, () => '  127\\.0\\.0\\.1:\\d+ +[\\w ,/-]+'),
  '  not served: Zipkin \\(9411\\), Jaeger gRPC \\(14250\\)',
  'http://127\\.0\\.0\\.1:\\d+',
];

const TREE = [
  'trace [0-9a-f]{16}: 3 spans, 1 service',
  '└─ checkout \\(demo\\) \\S+ ms, \\d tags',
  '   └─ charge-card \\(demo\\) \\S+ ms, \\+\\S+ ms, 1 log',
  '      └─ POST /charges \\(demo\\) \\S+ ms, \\+\\S+ ms, 1 tag',
  'http://127\\.0\\.0\\.1:\\d+/trace/[0-9a-f]{16}',
];

test('npm start -- --once prints the listeners, the tree of three spans that arrived and its URL, and exits 0', async () => {
  const { child, output } = start(['--once', '--free-ports']);
  const [code] = await once(child, 'close');
  expect(output()).toMatch(new RegExp(`^${[...LISTENERS, ...TREE].join('\n')}\n$`));
  expect(code).toBe(0);
}, 60_000);

test('npm start stays up and serves the trace, until SIGTERM', async () => {
  const { child, output } = start(['--free-ports']);
  while (!output().includes('Ctrl-C ends')) await once(child.stdout!, 'data');
  const url = /(http:\/\/\S+)\/trace\/(\w+)/.exec(output())!;
  const response = await fetch(`${url[1]}/api/traces/${url[2]}`);
  const { data } = (await response.json()) as { data: { spans: unknown[] }[] };
  expect(data[0]!.spans).toHaveLength(3);
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
  const { child, output } = start(['--once', '--free-ports'], ['--import', preload]);
  const [code] = await once(child, 'close');
  expect(output()).toBe(
    'demo: port 0 of 127.0.0.1 (Jaeger clients, UDP, compact Thrift) cannot be had: no sockets here\n',
  );
  expect(code).toBe(1);
}, 60_000);

test('spans that do not arrive are an error that counts them, and what is no batch is told', async () => {
  const warnings = new Arrivals<string>();
  const traceInto = async (port: number) => {
    const message = encodeMessage('compact', apacheBatch(GOLDEN_BATCH));
    await sendDatagrams(port, [message, Uint8Array.of(1)]);
    await warnings.wait(1);
  };
  const demo = runDemo({
    traceInto,
    deadlineMs: 1,
    freePorts: true,
    print: () => {},
    warn: warnings.add,
  });
  await expect(demo).rejects.toThrowError(/^1 of 3 spans arrived at 127\.0\.0\.1:\d+ in 0\.001 s$/);
  expect(warnings.items[0]).toMatch(
    /^UDP compact: a datagram from 127\.0\.0\.1 does not decode: no compact message header/,
  );
});
