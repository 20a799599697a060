import { beforeAll, describe, expect, test } from 'vitest';
import { Datagrams } from '../support/datagrams.js';
import { ChildProgram, compileProgram, type Ended } from './child-program.js';

const SPANS = 1000;
/** The main thread or the primary process, and three others. */
const PARTS = 4;
/** One in ten is sampled. */
const SENT_EACH = 100;

let program: string;

beforeAll(async () => {
  program = await compileProgram(new URL('parallel-program.ts', import.meta.url));
});

async function runScene(scene: string): Promise<Ended & { readonly arrived: readonly string[] }> {
  const receiver = await Datagrams.open();
  try {
    const ended = await new ChildProgram(program, [String(receiver.port), scene]).ended;
    await receiver.settle();
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    return { ...ended, arrived: receiver.operations() };
  } finally {
    await receiver.close();
  }
}

describe('a tracer in each of several', () => {
  test.each(['threads', 'processes', 'cluster'])(
    '%s: no id comes twice, and all that was sent arrives',
    async (scene) => {
      const { stdout, arrived } = await runScene(scene);
      const parts = JSON.parse(/^parts (.*)$/m.exec(stdout)![1]!) as {
        uuid: string;
        ids: string[];
        sent: number;
      }[];
      expect(new Set(parts.map(({ uuid }) => uuid)).size).toBe(PARTS);
      expect(new Set(parts.flatMap(({ ids }) => ids)).size).toBe(PARTS * SPANS);
      expect(parts.map(({ sent }) => sent)).toStrictEqual(Array<number>(PARTS).fill(SENT_EACH));
      expect(arrived).toHaveLength(PARTS * SENT_EACH);
    },
  );
});

describe('threads', () => {
  test('that end by themselves send what waits', async () => {
    const { stdout, arrived } = await runScene('threads that do not close');
    expect(stdout).toBe('codes [0,0,0]\n');
    expect(arrived).toHaveLength((PARTS - 1) * SENT_EACH);
  });

  test('that are terminated lose what waits, and take nothing of the others with them', async () => {
    const { arrived } = await runScene('threads that are terminated');
    expect(arrived).toStrictEqual(['before', 'after']);
  });
});
