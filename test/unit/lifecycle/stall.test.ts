import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TracerStats } from '../../../src/index.js';
import { Datagrams } from '../support/datagrams.js';
import { ChildProgram, compileProgram } from './child-program.js';
import { expectAccounted } from './udp-tracer.js';

const FROZEN_MS = 1500;
/** The span clock's resolution, and half of it where it is rounded. */
const ROUNDING_MS = 0.001;
/** The wall clock is looked at every 20 us at most. */
const CLOCK_CHECK_MS = 0.02;

let program: string;

beforeAll(async () => {
  program = await compileProgram(new URL('stall-program.ts', import.meta.url));
});

interface Result {
  readonly spans: readonly { duration: number; atLeast: number; atMost: number }[];
  readonly clockError: number;
  readonly stats: TracerStats;
}

interface Run extends Result {
  readonly arrived: readonly string[];
}

async function runScene(
  scene: string,
  during: (child: ChildProgram) => Promise<void> = async () => undefined,
): Promise<Run> {
  const receiver = await Datagrams.open();
  try {
    const child = new ChildProgram(program, [String(receiver.port), scene]);
    await during(child);
    const result = JSON.parse(await child.line('result ')) as Result;
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    await receiver.settle();
    return { ...result, arrived: receiver.operations() };
  } finally {
    await receiver.close();
  }
}

/** Each took as long as the process's own clock says, give or take what rounding does. */
function expectSaneDurations({ spans }: Result): void {
  for (const { duration, atLeast, atMost } of spans) {
    expect(duration).toBeGreaterThanOrEqual(atLeast - ROUNDING_MS);
    expect(duration).toBeLessThanOrEqual(Math.max(ROUNDING_MS, atMost + ROUNDING_MS));
  }
}

describe('every span arrives, and took as long as it took', () => {
  test('where the event loop was blocked', async () => {
    const run = await runScene('blocked');
    const during = Array.from({ length: 1000 }, (_, i) => `during ${i}`);
    expect(run.arrived).toStrictEqual(['before', ...during, 'open', 'after']);
    expectSaneDurations(run);
    expect(run.clockError).toBeLessThanOrEqual(1 + CLOCK_CHECK_MS);
    expectAccounted(run.stats);
    expect(run.stats).toMatchObject({ sent: 1003, waiting: 0, open: 0 });
  });

  test('where the process was frozen and thawed', async () => {
    const run = await runScene('frozen', async (child) => {
      await child.line('ready');
      child.process.kill('SIGSTOP');
      await delay(FROZEN_MS);
      child.process.kill('SIGCONT');
      child.say('go on');
    });
    expect(run.arrived).toStrictEqual(['before', 'open', 'after']);
    expectSaneDurations(run);
    expect(run.spans[0]!.duration).toBeGreaterThan(FROZEN_MS / 2);
    expect(run.clockError).toBeLessThanOrEqual(1 + CLOCK_CHECK_MS);
    expect(run.stats).toMatchObject({ sent: 3, waiting: 0, open: 0 });
  });
});
