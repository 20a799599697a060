import { expect, test } from 'vitest';
import type { TracerStats } from '../../src/index.js';
import { ChildProgram, compileProgram } from '../unit/lifecycle/child-program.js';
import { startPythonAgent } from './peers/python-agent.js';
import type { Held } from './programs/memory.js';
import { expectAccounted } from './tracing.js';

const MEGABYTE = 1024 * 1024;

/** The default of `maxQueuedBytes`. */
const BOUND = 8 * MEGABYTE;

/** Runs a program to its end, and gives what it wrote. */
async function resultOf<T>(program: URL, args: readonly number[]): Promise<T> {
  const compiled = await compileProgram(program);
  const child = new ChildProgram(compiled, args.map(String), ['--expose-gc']);
  const text = await child.line('result ');
  expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(text) as T;
}

const inMegabytes = ({ rss, heap, buffers }: Held): string =>
  [rss, heap, buffers].map((bytes) => (bytes / MEGABYTE).toFixed(1)).join(' / ');

test('1,000,000 spans at once: memory stays at the bound, which is kept; the others are counted', async () => {
  const spans = 1_000_000;
  const agent = await startPythonAgent({ countOnly: true });
  try {
    const { before, most, peakRss, after, warm, full, flushed, bytes } = await resultOf<{
      before: Held;
      most: Held;
      /** Bytes, until all was sent: not only where samples were taken. */
      peakRss: number;
      after: Held;
      warm: TracerStats;
      full: TracerStats;
      flushed: TracerStats;
      /** In the datagrams. */
      bytes: number;
    }>(new URL('programs/burst.ts', import.meta.url), [agent.ports.compact, spans]);
    await agent.stop();
    console.log(
      `RSS / heap / buffers in MB: before ${inMegabytes(before)}, at most ${inMegabytes(most)}, ` +
        `after ${inMegabytes(after)}; peak RSS ${(peakRss / MEGABYTE).toFixed(1)}; ` +
        `${full.waiting} spans kept`,
    );

    for (const stats of [full, flushed]) expectAccounted(stats);
    expect(full.finished).toBe(warm.finished + spans);
    expect(full.dropped.queueFull).toBe(spans - full.waiting);
    expect(flushed).toMatchObject({ sent: warm.sent + full.waiting, waiting: 0 });
    // The bound's worth, but for the envelopes and the span that did not fit any more.
    expect(bytes).toBeGreaterThan(0.99 * BOUND);
    expect(bytes).toBeLessThan(1.01 * BOUND);

    // A datagram of 65,000 bytes waits in a buffer of 73,192.
    expect(most.buffers - before.buffers).toBeLessThan(1.2 * BOUND);
    expect(most.heap - before.heap).toBeLessThan(4 * MEGABYTE);
    expect(peakRss - before.rss).toBeLessThan(BOUND + 64 * MEGABYTE);
    expect(after.buffers - before.buffers).toBeLessThan(MEGABYTE);

    expect(agent.errors).toEqual([]);
    expect(agent.summary()!.summary['udp-compact']).toMatchObject({
      spans: flushed.sent,
      distinct: flushed.sent,
      errors: 0,
      kernelDrops: 0,
    });
  } finally {
    await agent.stop();
  }
}, 120_000);

test('10,000,000 spans through an agent that fails, stalls and recovers: the heap stays flat', async () => {
  const spans = 10_000_000;
  const { samples, stats, happened } = await resultOf<{
    samples: readonly Held[];
    stats: TracerStats;
    happened: Record<'works' | 'fails' | 'stalls', number>;
  }>(new URL('programs/flaky-hour.ts', import.meta.url), [spans]);
  console.log(
    `RSS / heap / buffers in MB: ${samples.map(inMegabytes).join(', ')}; ` +
      `messages ${JSON.stringify(happened)}; ${JSON.stringify(stats)}`,
  );

  expectAccounted(stats);
  expect(stats.started).toBe(spans);
  expect(stats).toMatchObject({ open: 0, waiting: 0, unsampledLater: spans / 1000 });
  // There was trouble of each kind, and yet most spans came through.
  expect(Math.min(...Object.values(happened))).toBeGreaterThan(100);
  expect(stats.dropped.queueFull).toBeGreaterThan(0);
  expect(stats.dropped.sendFailed).toBeGreaterThan(0);
  expect(stats.sent).toBeGreaterThan(spans / 2);

  // The first sample is at a tenth of the way: code and caches are warm.
  const heaps = samples.map(({ heap }) => heap);
  expect(Math.max(...heaps) - heaps[0]!).toBeLessThan(2 * MEGABYTE);
  expect(Math.max(...samples.map(({ buffers }) => buffers))).toBeLessThan(3 * MEGABYTE);
}, 300_000);
