import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TracerStats } from '../../src/index.js';
import { Datagrams, refusedPort } from '../unit/support/datagrams.js';
import { missingPeer } from './peers/peer-process.js';
import { expectAccounted } from './tracing.js';

const DENO = fileURLToPath(
  new URL('deno/node_modules/@deno/linux-x64-glibc/deno', import.meta.url),
);
const PROGRAM = fileURLToPath(new URL('deno/program.mjs', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/esm/index.js', import.meta.url));
/** A program that has not ended by then never will. */
const END_DEADLINE_MS = 30_000;

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

interface Outcome {
  readonly code: number;
  readonly log: readonly string[];
  readonly stats: TracerStats;
  readonly errors: Readonly<Record<string, number>>;
}

let denoDir: string;
let agent: Datagrams;

beforeAll(async () => {
  if (!existsSync(DENO)) throw missingPeer('Deno (test/interop/deno)');
  if (!existsSync(BUILT)) throw new Error('the package is not built: npm run build');
  denoDir = await mkdtemp(join(tmpdir(), 'spoor-deno-'));
});

afterAll(() => rm(denoDir, { recursive: true, force: true }));

beforeEach(async () => {
  agent = await Datagrams.open();
});

afterEach(() => agent.close());

interface Run {
  readonly scene?: 'a span' | 'outage' | 'close' | 'revoked';
  readonly host?: string;
  readonly port?: number;
  /** In a terminal, where Deno would ask. */
  readonly terminal?: boolean;
}

/** Runs the program with these flags and nothing else, to its natural end: exit code 0, and nothing on stderr. */
async function run(flags: readonly string[], options: Run = {}): Promise<Outcome> {
  const { scene = 'a span', host = '127.0.0.1', port = agent.port } = options;
  const args = ['run', ...flags, PROGRAM, host, `${port}`, scene];
  const stdout = options.terminal
    ? await end('script', ['-qec', [DENO, ...args].map((arg) => `'${arg}'`).join(' '), '/dev/null'])
    : await end(DENO, args);
  const outcome = JSON.parse(stdout) as Outcome;
  expectAccounted(outcome.stats);
  expect(outcome).toMatchObject({ code: 0, stats: { open: 0, waiting: 0 } });
  return outcome;
}

function end(command: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, DENO_DIR: denoDir, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
  return new Promise((resolve, reject) => {
    const options = { env, timeout: END_DEADLINE_MS };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error === null && stderr === '') resolve(stdout);
      else reject(new Error(`${error?.message ?? 'it wrote to stderr'}\n${stdout}${stderr}`));
    });
    child.stdin!.end();
  });
}

/** The reporter's line for a span that had no permission, and the flag that it names. */
function notPermitted(missing: string, flag: string): unknown {
  const text = `Deno denies network access to ${missing}; run with --allow-net or --allow-net=${flag}, `;
  return expect.stringContaining(
    `error: Failed to flush spans in reporter: error sending spans over UDP: Error: ${text}`,
  );
}

describe('with the permissions that it names, and no other', () => {
  test('a span is sent before the program ends', async () => {
    const { stats, errors } = await run([`--allow-net=0.0.0.0:0,127.0.0.1:${agent.port}`]);
    await agent.wait(1);
    expect(agent.operations()).toEqual(['op']);
    expect(stats).toMatchObject({ started: 1, sent: 1 });
    expect(errors).toEqual({});
  });

  test.each(['localhost', '127.0.0.1'])('to %s, with a close', async (host) => {
    const flag = `--allow-net=0.0.0.0:0,localhost,127.0.0.1:${agent.port}`;
    const { stats } = await run([flag], { scene: 'close', host });
    await agent.wait(1);
    expect(stats).toMatchObject({ started: 1, sent: 1 });
  });

  test.runIf(hasIpv6)('to ::1', async () => {
    const receiver = await Datagrams.open('::1');
    try {
      const flag = `--allow-net=[::]:0,[::1]:${receiver.port}`;
      const { stats } = await run([flag], { host: '::1', port: receiver.port });
      await receiver.wait(1);
      expect(stats).toMatchObject({ started: 1, sent: 1 });
    } finally {
      await receiver.close();
    }
  });

  test('a port that nobody listens on: Deno hears nothing of it, and the program ends', async () => {
    const { stats, errors } = await run(['--allow-net'], { port: await refusedPort() });
    expect(stats).toMatchObject({ started: 1, sent: 1 });
    expect(errors).toEqual({});
  });

  test('a permission that is taken back is an error, and the program goes on', async () => {
    const flag = `--allow-net=0.0.0.0:0,127.0.0.1:${agent.port}`;
    const { stats, errors, log } = await run([flag], { scene: 'revoked' });
    await agent.wait(2);
    expect(stats).toMatchObject({ started: 4, sent: 2, dropped: { sendFailed: 2 } });
    expect(errors).toEqual({ 'not-permitted': 2 });
    const address = `127.0.0.1:${agent.port}`;
    expect(log.slice(2)).toEqual([notPermitted(address, `0.0.0.0:0,${address}`)]);
  });
});

describe('without a permission, the program neither dies nor hangs', () => {
  test.each<[string, (port: number) => string[], string]>([
    ['none', () => [], '0.0.0.0:0 and ADDRESS'],
    ['all denied', () => ['--deny-net'], '0.0.0.0:0 and ADDRESS'],
    ['for the agent only', () => ['--allow-net=127.0.0.1'], '0.0.0.0:0'],
    ['to bind only', () => ['--allow-net=0.0.0.0:0'], 'ADDRESS'],
    ['for another port', (port) => [`--allow-net=0.0.0.0:0,127.0.0.1:${port + 1}`], 'ADDRESS'],
    ['for all but the agent', () => ['--allow-net', '--deny-net=127.0.0.1'], 'ADDRESS'],
  ])('%s', async (_, flags, missing) => {
    const address = `127.0.0.1:${agent.port}`;
    const outcome = await run(flags(agent.port), { scene: 'outage' });
    expect(outcome.stats).toMatchObject({ started: 3, sent: 0, dropped: { sendFailed: 3 } });
    expect(outcome.errors).toEqual({ 'not-permitted': 3 });
    expect(outcome.log.slice(2)).toEqual([
      notPermitted(missing.replace('ADDRESS', address), `0.0.0.0:0,${address}`),
    ]);
    expect(agent.messages).toEqual([]);
  });

  test.each<[string, string]>([
    ['--allow-net=0.0.0.0:0', 'localhost'],
    ['--allow-net=0.0.0.0:0,localhost:6831', 'localhost'],
    ['--allow-net=localhost', '0.0.0.0:0'],
  ])('to a name, with %s', async (flag, missing) => {
    const { log, errors } = await run([flag], { host: 'localhost', scene: 'close' });
    expect(errors).toEqual({ 'not-permitted': 1 });
    const flags = `0.0.0.0:0,localhost,127.0.0.1:${agent.port}`;
    expect(log.slice(2)).toEqual([notPermitted(missing, flags)]);
  });

  test('in a terminal it is not asked for one', async () => {
    const { errors } = await run([], { scene: 'close', terminal: true });
    expect(errors).toEqual({ 'not-permitted': 1 });
  });
});
