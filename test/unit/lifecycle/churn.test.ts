import { expect, test } from 'vitest';
import { Datagrams } from '../support/datagrams.js';
import { ChildProgram, compileProgram } from './child-program.js';

const TRACERS = 10_000;
/** Code and caches take about half a megabyte, however many tracers there were; a timer each took 66. */
const LEFT_BYTES = 2_000_000;

interface Left {
  readonly listeners: Record<string, number>;
  readonly handles: readonly string[];
  readonly heapBytes: number;
  readonly externalBytes: number;
}

test('of 10,000 tracers that were made and closed nothing is left', async () => {
  const receiver = await Datagrams.open();
  try {
    const program = await compileProgram(new URL('churn-program.ts', import.meta.url));
    const args = [String(receiver.port), String(TRACERS)];
    const child = new ChildProgram(program, args, ['--expose-gc']);
    const text = await child.line('result ');
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    const { before, after, sent } = JSON.parse(text) as Record<'before' | 'after', Left> & {
      sent: number;
    };
    expect(sent).toBe((TRACERS / 10) * 34);
    expect(after.listeners).toStrictEqual(before.listeners);
    expect(after.handles).toStrictEqual(before.handles);
    expect(after.heapBytes - before.heapBytes).toBeLessThan(LEFT_BYTES);
    expect(after.externalBytes - before.externalBytes).toBeLessThan(LEFT_BYTES);
  } finally {
    await receiver.close();
  }
}, 120_000);
