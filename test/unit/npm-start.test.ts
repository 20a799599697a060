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

/** The program behind `npm start`, which builds the page before: that is for test/package. */
function startExample(...args: string[]): Started {
  const program = ['--import', 'tsx', `${example}/start.js`, '--free-ports', ...args];
  const env = { ...process.env, TSX_TSCONFIG_PATH: `${example}/tsconfig.json` };
  const child = spawn(process.execPath, program, { cwd: checkout, env });
  children.push(child);
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output };
}

test('the example of npm start prints one trace through both services and its address, and exits 0 with --once', async () => {
  const { child, output } = startExample('--once');
  const [code] = await once(child, 'close');
  expectTree(output());
  expect(code).toBe(0);
});

test('it stays up without, and serves the trace and the page, until SIGTERM', async () => {
  const { child, output } = startExample();
  while (!output().includes('Ctrl-C ends')) await once(child.stdout!, 'data');
  const [, url, id] = /(http:\/\/\S+)\/trace\/(\w+)/.exec(output())!;
  const response = await fetch(`${url}/api/traces/${id}`);
  const { data } = (await response.json()) as { data: { spans: unknown[] }[] };
  expect(data[0]!.spans).toHaveLength(20);
  expect(await (await fetch(url!)).text()).toContain('<title>spoor</title>');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
});
