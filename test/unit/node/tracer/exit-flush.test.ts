import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { flushOnExit, forgetOnExit } from '../../../../src/node/tracer/exit-flush.js';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import { RemoteReporter } from '../../../../src/node/tracer/wrappers.js';
import { FakeSender } from '../../support/fake-sender.js';
import { Datagrams, refusedPort } from '../../support/datagrams.js';

const PROGRAM = fileURLToPath(new URL('exit-flush-program.ts', import.meta.url));
const opened: Datagrams[] = [];

afterEach(async () => {
  for (const receiver of opened.splice(0)) await receiver.close();
});

/** Runs a scene of the program to its natural end, and returns what it wrote. */
async function runScene(scene: string, port: number): Promise<string> {
  const args = ['--import', 'tsx', PROGRAM, String(port), scene];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe('');
  return stdout;
}

describe('a program that ends by itself', () => {
  test.each<[string, string[]]>([
    ['one tracer', ['a']],
    ['two tracers', ['a', 'b']],
    ['turned off', []],
    ['closed before', ['a']],
    ['nothing to send', []],
    ['a span that ends on exit', ['a']],
  ])('%s: %j arrive', async (scene, operations) => {
    const receiver = await Datagrams.open();
    opened.push(receiver);
    expect(await runScene(scene, receiver.port)).toBe('exit 0');
    await receiver.settle();
    expect(receiver.operations().sort()).toStrictEqual(operations);
  });

  test('ends also where nobody listens', async () => {
    expect(await runScene('one tracer', await refusedPort())).toBe('exit 0');
  });
});

describe('the handler', () => {
  const idle = { stats: () => ({ waiting: 0 }), flush: () => Promise.resolve() };

  test('is one for all tracers, and gone with the last of them', () => {
    const before = process.listenerCount('beforeExit');
    const tracers = Array.from({ length: 20 }, () => ({ ...idle }));
    for (const tracer of tracers) flushOnExit(tracer);
    expect(process.listenerCount('beforeExit')).toBe(before + 1);
    for (const tracer of tracers) {
      expect(process.listenerCount('beforeExit')).toBe(before + 1);
      forgetOnExit(tracer);
    }
    forgetOnExit(tracers[0]!);
    expect(process.listenerCount('beforeExit')).toBe(before);
  });

  test('lets go of a tracer that is closed, and of one whose reporter sends nothing', async () => {
    const before = process.listenerCount('beforeExit');
    const tracer = new Tracer('shop', new RemoteReporter(new FakeSender({ automatic: true })));
    expect(process.listenerCount('beforeExit')).toBe(before + 1);
    await tracer.close();
    expect(process.listenerCount('beforeExit')).toBe(before);
    expect(new Tracer('shop', new InMemoryReporter())._serviceName).toBe('shop');
    expect(process.listenerCount('beforeExit')).toBe(before);
  });
});
