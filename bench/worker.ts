/**
 * One contender in a fresh process: `worker.ts NAME PORT speed|memory SPANS`. Prints one line of JSON.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { oneSpan, openTracer } from './contenders.js';

const [name, port, mode, count] = process.argv.slice(2);
const spans = Number(count);
const tracer = openTracer(name!, Number(port));

/** Spans per turn of the event loop: a busy service's, and enough that the loop costs nothing. */
const PER_TURN = 200;

async function run(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    oneSpan(tracer, i);
    if (i % PER_TURN === PER_TURN - 1) await nextTurn();
  }
}

async function speed(): Promise<object> {
  await run(0, spans);
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await run(0, spans);
  await new Promise<void>((resolve) => void tracer.close(resolve));
  const nanos = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(cpu);
  return { nanos, cpuNanos: (user + system) * 1000, sent: 2 * spans };
}

/** Bytes allocated, not bytes held: with a young generation that nothing fills, no collection runs. */
async function memory(): Promise<object> {
  await run(0, spans);
  globalThis.gc!();
  const before = process.memoryUsage();
  await run(0, spans);
  const after = process.memoryUsage();
  await new Promise<void>((resolve) => void tracer.close(resolve));
  return {
    heap: after.heapUsed - before.heapUsed,
    external: after.external - before.external,
    sent: 2 * spans,
  };
}

console.log(JSON.stringify(await (mode === 'memory' ? memory() : speed())));
