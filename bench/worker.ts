/**
 * One contender in a process of its own: `worker.ts NAME PORT`. To each message `{ spans }` from its parent it traces that
 * many and answers with what they cost; to `{ close: true }` it closes its tracer and says how many it traced in all.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { oneSpan, openTracer } from './contenders.js';

const [name, port] = process.argv.slice(2);
const tracer = openTracer(name!, Number(port));

/** Spans per turn of the event loop: a busy service's, and enough that the loop costs nothing. */
const PER_TURN = 200;

/** What a window cost. Bytes are right only where nothing was collected meanwhile (see run.ts). */
export interface Window {
  readonly nanos: number;
  readonly cpuNanos: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
}

let traced = 0;

async function trace(spans: number): Promise<Window> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (let i = 0; i < spans; i++) {
    oneSpan(tracer, traced++);
    if (i % PER_TURN === PER_TURN - 1) await nextTurn();
  }
  const nanos = Number(process.hrtime.bigint() - start);
  const { user, system } = process.cpuUsage(cpu);
  const after = process.memoryUsage();
  return {
    nanos,
    cpuNanos: (user + system) * 1000,
    heapBytes: after.heapUsed - before.heapUsed,
    externalBytes: after.external - before.external,
  };
}

process.on('message', (order: { spans?: number }) => {
  if (order.spans !== undefined) void trace(order.spans).then((cost) => process.send!(cost));
  else tracer.close(() => process.send!({ traced }));
});
process.on('disconnect', () => process.exit(0));
