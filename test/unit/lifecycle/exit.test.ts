import { beforeAll, describe, expect, test } from 'vitest';
import type { TracerStats } from '../../../src/index.js';
import { Datagrams, refusedPort } from '../support/datagrams.js';
import { ChildProgram, compileProgram, type Ended } from './child-program.js';
import { expectAccounted } from './udp-tracer.js';

const MANY = 3000;

let program: string;

beforeAll(async () => {
  program = await compileProgram(new URL('exit-program.ts', import.meta.url));
});

interface Run extends Ended {
  /** What the tracer had counted when the process ended; undefined where a signal ended it. */
  readonly stats: TracerStats | undefined;
  /** Names of the spans that arrived, in order. */
  readonly arrived: readonly string[];
  readonly datagrams: readonly Uint8Array[];
}

/** Runs a scene to its end; `signal` is sent when it says that it is ready. */
async function runScene(scene: string, signal?: NodeJS.Signals): Promise<Run> {
  const receiver = await Datagrams.open();
  try {
    const child = new ChildProgram(program, [String(receiver.port), scene]);
    if (signal !== undefined) {
      await child.line('ready');
      child.process.kill(signal);
    }
    const ended = await child.ended;
    await receiver.settle();
    const { messages: datagrams } = receiver;
    return { ...ended, stats: statsOf(ended), arrived: receiver.operations(), datagrams };
  } finally {
    await receiver.close();
  }
}

/** The last line, held against both equations. */
function statsOf({ stdout }: Ended): TracerStats | undefined {
  const text = /^stats (.*)$/m.exec(stdout)?.[1];
  if (text === undefined) return undefined;
  const stats = JSON.parse(text) as TracerStats;
  expectAccounted(stats);
  return stats;
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i}`);

describe('what waits is sent where a program', () => {
  test.each([
    { scene: 'ends by itself', code: 0, spans: MANY },
    { scene: 'ends by itself with an exit code', code: 7, spans: MANY },
    { scene: 'ends before the name is known', code: 0, spans: 2 },
    { scene: 'ends while closing', code: 0, spans: MANY },
    { scene: 'calls process.exit once closed', code: 3, spans: MANY },
    { scene: 'catches what nobody caught, and closes', code: 1, spans: MANY },
  ])('$scene', async ({ scene, code, spans }) => {
    const run = await runScene(scene);
    expect([run.code, run.signal]).toStrictEqual([code, null]);
    expect(run.arrived).toStrictEqual(names(spans));
    if (spans === MANY) expect(run.datagrams.length).toBeGreaterThan(5);
    expect(run.stats).toMatchObject({ finished: spans, sent: spans, waiting: 0 });
  });

  test('closes at SIGTERM', async () => {
    const run = await runScene('closes at SIGTERM', 'SIGTERM');
    expect([run.code, run.signal]).toStrictEqual([0, null]);
    expect(run.arrived).toStrictEqual(names(MANY));
    expect(run.stats).toMatchObject({ sent: MANY, waiting: 0 });
  });

  test('ends with a span open: that one is counted as open, and is not sent', async () => {
    const run = await runScene('ends with a span open');
    expect(run.code).toBe(0);
    expect(run.arrived).toStrictEqual(names(2));
    expect(run.stats).toMatchObject({ started: 3, open: 1, sent: 2 });
  });
});

describe('what waits is lost, and not said to be sent, where a program', () => {
  test.each([
    { scene: 'calls process.exit', code: 3, stderr: /^$/ },
    { scene: 'throws', code: 1, stderr: /Error: nobody catches this/ },
    { scene: 'rejects a promise', code: 1, stderr: /Error: nobody catches this/ },
  ])('$scene', async ({ scene, code, stderr }) => {
    const run = await runScene(scene);
    expect([run.code, run.signal]).toStrictEqual([code, null]);
    expect(run.stderr).toMatch(stderr);
    expect(run.arrived).toStrictEqual([]);
    expect(run.stats).toMatchObject({ finished: 2, sent: 0, waiting: 2 });
  });

  test('is ended by a signal', async () => {
    const run = await runScene('knows nothing of SIGTERM', 'SIGTERM');
    expect([run.code, run.signal]).toStrictEqual([null, 'SIGTERM']);
    expect(run.arrived).toStrictEqual([]);
  });
});

describe('a program ends in time, with its own exit code, where it', () => {
  test('has no agent', async () => {
    const port = await refusedPort();
    const ended = await new ChildProgram(program, [String(port), 'ends by itself']).ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(statsOf(ended)).toMatchObject({ finished: MANY, waiting: 0 });
  });

  test('has an agent whose name is not known', async () => {
    const run = await runScene('ends while the name is unknown');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stats).toMatchObject({ sent: 0, waiting: 0, dropped: { sendFailed: MANY } });
  });

  test.each([
    'ends with a sender that never answers',
    'ends with a sender that makes a span of each message',
    'ends with a reporter that is broken',
  ])('%s', async (scene) => {
    expect(await runScene(scene)).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  test('waits for a close that cannot succeed', async () => {
    const run = await runScene('waits for a close that cannot succeed');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toContain('closed\n');
    expect(run.stats).toMatchObject({ waiting: 0, dropped: { closed: 2 } });
  });
});
