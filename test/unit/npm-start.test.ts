import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { expectTree } from '../fixtures/grpc-example-output.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const example = 'examples/grpc-user-service';
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
}

function start(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(program, args, { cwd: checkout, env: { ...process.env, ...env } });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output };
}

/** The program behind `npm start`, without npm between it and a signal. */
function startExample(...args: string[]): Started {
  const program = ['--import', 'tsx', `${example}/start.js`, '--free-ports', ...args];
  return start(process.execPath, program, { TSX_TSCONFIG_PATH: `${example}/tsconfig.json` });
}

test('npm start -- --once prints one trace through both services and its address, and exits 0', async () => {
  const { child, output } = start('npm', ['start', '--', '--once', '--free-ports']);
  const [code] = await once(child, 'close');
  expectTree(output());
  expect(code).toBe(0);
}, 60_000);

test('npm start stays up and serves the trace and the page, until SIGTERM', async () => {
  const { child, output } = startExample();
  while (!output().includes('Ctrl-C ends')) await once(child.stdout!, 'data');
  const [, url, id] = /(http:\/\/\S+)\/trace\/(\w+)/.exec(output())!;
  const response = await fetch(`${url}/api/traces/${id}`);
  const { data } = (await response.json()) as { data: { spans: unknown[] }[] };
  expect(data[0]!.spans).toHaveLength(20);
  expect(await (await fetch(url!)).text()).toContain('<title>spoor</title>');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
}, 60_000);
