import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** Where packages are found from. */
const bundles = join(root, 'node_modules/.cache/spoor-all-in-one-test');
const cli = join(bundles, `${process.pid}-cli.mjs`);
const app = join(bundles, `${process.pid}-app.mjs`);
const children: ChildProcess[] = [];
let folder: string;

/** Traces two spans as its environment says. */
const APP = `
  import { newJaegerTracer } from './src/index.ts';
  const { JAEGER_AGENT_HOST: host, JAEGER_AGENT_PORT: port } = process.env;
  const { tracer, close } = newJaegerTracer('app', { host, port: Number(port) });
  const root = tracer.startSpan('root');
  tracer.startSpan('child', { childOf: root }).finish();
  root.finish();
  await close();
  console.log(JSON.stringify(process.env));
  process.exitCode = 7;`;

/** What bin/spoor-all-in-one.js does with the built program. */
const PROGRAM = `
  import { runCli } from './all-in-one/src/cli/main.ts';
  const output = { print: console.log, complain: console.error };
  process.exitCode = await runCli(process.argv.slice(2), output);`;

/** Programs in one file each: they start in a tenth of the time. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spoor-cli-'));
  const common = { bundle: true, platform: 'node', format: 'esm', packages: 'external' } as const;
  await build({ ...common, stdin: { contents: PROGRAM, resolveDir: root }, outfile: cli });
  await build({ ...common, stdin: { contents: APP, resolveDir: root }, outfile: app });
});
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
afterAll(async () => {
  for (const path of [folder, cli, app]) await rm(path, { recursive: true });
});

const FREE_PORTS = [
  'compact',
  'binary',
  'http',
  'otlp-http',
  'otlp-grpc',
  'sampling',
  'query',
].flatMap((flag) => [`--port.${flag}`, '0']);

interface Started {
  readonly child: ChildProcess;
  out(): string;
  errors(): string;
}

function spoor(...args: string[]): Started {
  const child = spawn(process.execPath, [cli, ...args]);
  children.push(child);
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  return { child, out: () => out, errors: () => errors };
}

async function ended({ child }: Started): Promise<unknown> {
  return (await once(child, 'close'))[0];
}

/** Resolves when it has printed this. */
async function says({ child, out }: Started, text: string): Promise<void> {
  while (!out().includes(text)) await once(child.stdout!, 'data');
}

/** All that is printed at the start has been printed when its last line is there. */
async function isUp({ child, out }: Started): Promise<string> {
  while (!/^http:\S+$/m.test(out())) await once(child.stdout!, 'data');
  return /^http:\S+$/m.exec(out())![0];
}

test('a line per listener, the address of the page last, and an end at a signal with 0', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const started = spoor(...FREE_PORTS);
    const url = await isUp(started);
    const lines = started.out().trimEnd().split('\n');
    expect(lines[0]).toMatch(/^spoor-all-in-one \S+$/);
    expect(lines).toHaveLength(10);
    expect(lines[1]).toMatch(/^ {2}127\.0\.0\.1:\d+ +Jaeger clients, UDP, compact Thrift$/);
    expect(lines[8]).toBe('  not supported: Zipkin (9411), Jaeger gRPC (14250)');
    expect(lines[9]).toBe(url);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    started.child.kill(signal);
    expect(await ended(started)).toBe(0);
    expect(started.errors()).toBe('');
  }
});

test('listeners that are off are said to be', async () => {
  const started = spoor(...FREE_PORTS, '--port.compact', 'off');
  await isUp(started);
  expect(started.out()).toMatch(/^ {2}\(off\) +Jaeger clients, UDP, compact Thrift$/m);
});

test('--help, --version and a mistake', async () => {
  const help = spoor('--help');
  expect(await ended(help)).toBe(0);
  expect(help.out()).toContain('spoor-all-in-one [options] [[--] command arguments...]');
  for (const option of [
    '--host',
    '--port.otlp-grpc',
    '--memory.max-bytes',
    '--snapshot',
    '--keep',
  ]) {
    expect(help.out()).toContain(option);
  }
  const version = spoor('--version');
  expect(await ended(version)).toBe(0);
  expect(version.out()).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  const mistake = spoor('--nope');
  expect(await ended(mistake)).toBe(2);
  expect(mistake.errors()).toMatch(
    /^spoor-all-in-one: Unknown option '--nope'.*; see spoor-all-in-one --help\n$/,
  );
});

test('a port that is taken is named, with what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  const started = spoor(...FREE_PORTS, '--port.query', String(port));
  expect(await ended(started)).toBe(1);
  expect(started.errors()).toBe(
    `spoor-all-in-one: port ${port} of 127.0.0.1 (page, API and metrics) is in use by another program: ` +
      'stop that program, or choose another port with --port.query (0: any free port, off: none)\n',
  );
  other.close();
});

describe('with a command', () => {
  test('it is run with the collector in its environment; its traces are told, and its code is the exit code', async () => {
    const command = [process.execPath, app];
    const started = spoor(...FREE_PORTS, '--', ...command);
    expect(await ended(started)).toBe(7);
    const lines = started.out().trimEnd().split('\n');
    const environment = JSON.parse(lines.find((line) => line.startsWith('{'))!) as object;
    expect(environment).toMatchObject({
      JAEGER_AGENT_HOST: '127.0.0.1',
      JAEGER_AGENT_PORT: expect.stringMatching(/^\d+$/),
      JAEGER_SAMPLER_TYPE: 'const',
      JAEGER_SAMPLER_PARAM: '1',
      JAEGER_SAMPLER_MANAGER_HOST_PORT: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      OTEL_EXPORTER_OTLP_ENDPOINT: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    });
    const url = /^http:\S+$/m.exec(started.out())![0];
    expect(lines.at(-1)).toMatch(new RegExp(`^${url}/trace/[0-9a-f]{16} root, spans: 2$`));
    expect(started.errors()).toBe('');
  });

  test('one that sends nothing, one that there is not, and one that a signal ends', async () => {
    const nothing = spoor(...FREE_PORTS, '--', process.execPath, '-e', '0');
    expect(await ended(nothing)).toBe(0);
    expect(nothing.out()).toMatch(/\nno traces arrived\n$/);
    const missing = spoor(...FREE_PORTS, '--', '/no/such/program');
    expect(await ended(missing)).toBe(127);
    expect(missing.errors()).toMatch(/^spoor-all-in-one: \/no\/such\/program: spawn .* ENOENT\n$/);
    const killed = spoor(
      ...FREE_PORTS,
      '--',
      process.execPath,
      '-e',
      'process.kill(process.pid, "SIGKILL")',
    );
    expect(await ended(killed)).toBe(128 + 9);
  });

  test('SIGTERM is handed on to it', async () => {
    const started = spoor(
      ...FREE_PORTS,
      '--',
      process.execPath,
      '-e',
      'process.on("SIGTERM", () => process.exit(3)); setInterval(() => {}, 1000); console.log("ready")',
    );
    await says(started, 'ready');
    started.child.kill('SIGTERM');
    expect(await ended(started)).toBe(3);
  });

  test('SIGINT is handed on to it where there is no terminal, and with --keep ends no more than that', async () => {
    const started = spoor(
      ...FREE_PORTS,
      '--keep',
      '--',
      process.execPath,
      '-e',
      'setInterval(() => {}, 1000); console.log("ready")',
    );
    await says(started, 'ready');
    started.child.kill('SIGINT');
    await says(started, 'press Ctrl-C to stop');
    expect((await fetch(`${await isUp(started)}/health`)).status).toBe(200);
    started.child.kill('SIGINT');
    expect(await ended(started)).toBe(128 + 2);
  });

  test('variables that lead elsewhere are not handed on', async () => {
    const elsewhere = {
      JAEGER_ENDPOINT: 'http://elsewhere',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://elsewhere',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    };
    Object.assign(process.env, elsewhere);
    const started = spoor(...FREE_PORTS, '--', process.execPath, app);
    for (const name of Object.keys(elsewhere)) delete process.env[name];
    await ended(started);
    const line = started
      .out()
      .split('\n')
      .find((each) => each.startsWith('{'))!;
    const environment = JSON.parse(line) as Record<string, string>;
    expect(environment['JAEGER_ENDPOINT']).toBeUndefined();
    expect(environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']).toBeUndefined();
    expect(environment['OTEL_EXPORTER_OTLP_PROTOCOL']).toBe('http/protobuf');
  });

  test('with --keep it goes on when the command has ended', async () => {
    const started = spoor(...FREE_PORTS, '--keep', '--', process.execPath, '-e', '0');
    await says(started, 'press Ctrl-C to stop');
    expect((await fetch(`${await isUp(started)}/health`)).status).toBe(200);
    started.child.kill('SIGINT');
    expect(await ended(started)).toBe(0);
  });
});

test('a snapshot is saved at the end, also where the terminal is closed; what is none is not touched', async () => {
  const path = join(folder, 'traces');
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    const started = spoor(...FREE_PORTS, '--snapshot', path);
    await isUp(started);
    started.child.kill(signal);
    expect(await ended(started)).toBe(0);
    expect(existsSync(path)).toBe(true);
    await rm(path);
  }
  await writeFile(path, 'dear diary');
  const refused = spoor(...FREE_PORTS, '--snapshot', path);
  expect(await ended(refused)).toBe(1);
  expect(refused.errors()).toBe(
    `spoor-all-in-one: cannot load the snapshot ${path}: not a snapshot of this version\n`,
  );
  expect(await readFile(path, 'utf8')).toBe('dear diary');
});

test.each([
  [['--host', ''], 'host must be a name or an address, got an empty string'],
  [
    FREE_PORTS.map((each) => (each === '0' ? 'off' : each)),
    'every port is off: nothing to listen on',
  ],
])(
  '%j is a mistake',
  async (args, message) => {
    const started = spoor(...FREE_PORTS, ...args);
    expect(await ended(started)).toBe(2);
    expect(started.errors()).toBe(`spoor-all-in-one: ${message}\n`);
  },
  60_000,
);
