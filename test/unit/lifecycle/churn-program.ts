// Makes and closes many tracers, and writes what is left of them; `churn.test.ts` runs it with --expose-gc.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { initTracer } from '../../../src/index.js';

const [port, tracers] = process.argv.slice(2).map(Number);
/** So many are open together. */
const AT_ONCE = 50;
/** Before these, caches fill and code is compiled. */
const WARM_UP = 1000;

interface Left {
  readonly listeners: Record<string, number>;
  readonly handles: string[];
  readonly heapBytes: number;
  readonly externalBytes: number;
}

async function look(): Promise<Left> {
  for (let i = 0; i < 5; i++) {
    await nextTurn();
    globalThis.gc!();
  }
  const { heapUsed, external } = process.memoryUsage();
  return {
    listeners: Object.fromEntries(
      process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    ),
    handles: process.getActiveResourcesInfo().sort(),
    heapBytes: heapUsed,
    externalBytes: external,
  };
}

/** One tracer's life: of ten, five send nothing, four a span and one several datagrams. */
async function live(i: number): Promise<number> {
  const tracer = initTracer({
    serviceName: `service ${i % 10}`,
    sampler: { type: 'const', param: 1 },
    reporter: {
      agentHost: i % 2 === 0 ? '127.0.0.1' : 'localhost',
      agentPort: port!,
      maxPacketSize: 1000,
      // A timer for each that has a span waiting: it must not outlive the tracer.
      flushIntervalMs: 600_000,
    },
  });
  const spans = i % 10 === 0 ? 30 : i % 10 < 5 ? 1 : 0;
  for (let n = 0; n < spans; n++) tracer.startSpan('op', { tags: { n } }).finish();
  tracer.startSpan('left open');
  await tracer.close();
  const { sent, waiting, dropped } = tracer.stats();
  if (waiting + dropped.sendFailed + dropped.closed > 0) throw new Error('a span was lost');
  return sent;
}

async function liveAll(count: number): Promise<number> {
  let sent = 0;
  for (let i = 0; i < count; i += AT_ONCE) {
    const lives = await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => live(i + n)));
    sent += lives.reduce((sum, one) => sum + one, 0);
  }
  return sent;
}

await liveAll(WARM_UP);
const before = await look();
const sent = await liveAll(tracers!);
const after = await look();
process.stdout.write(`result ${JSON.stringify({ before, after, sent })}\n`);
