// A program whose event loop, or whose process, stands still for a while; `stall.test.ts` runs it.
import { once } from 'node:events';
import { initTracer, type Span } from '../../../src/index.js';
import { endInTime } from './lifetime.js';

endInTime();

const [port, scene] = process.argv.slice(2);

const tracer = initTracer({
  serviceName: 'stalling',
  sampler: { type: 'const', param: 1 },
  reporter: {
    agentHost: '127.0.0.1',
    agentPort: Number(port),
    // Full many times over while nothing else can run, and due several times.
    maxPacketSize: 7500,
    flushIntervalMs: 100,
  },
});

/** What the tracer's clock was off when it was first looked at afterwards, in milliseconds. */
let clockError = Number.NaN;

/** Times in milliseconds: what the tracer says, and what the process has seen around it. */
interface Measured {
  readonly duration: number;
  readonly atLeast: number;
  readonly atMost: number;
}

/** Starts a span; what it returns finishes it and says how long it took, by the span and by the clock. */
function measuredSpan(name: string): () => Measured {
  const before = performance.now();
  const span: Span = tracer.startSpan(name);
  const started = performance.now();
  return () => {
    const ending = performance.now();
    span.finish();
    const after = performance.now();
    return { duration: span._duration!, atLeast: ending - started, atMost: after - before };
  };
}

/** How far the tracer's wall clock is from the system's, right now, in milliseconds. */
function wallClockError(): number {
  const before = Date.now();
  const now = tracer.now();
  const after = Date.now();
  return Math.max(before - now, now - after - 1, 0);
}

async function blocked(): Promise<Measured[]> {
  const finishOpen = measuredSpan('open');
  tracer.startSpan('before').finish();
  const end = performance.now() + 1500;
  const inside: Measured[] = [];
  for (let i = 0; performance.now() < end; i++) {
    if (i < 1000) inside.push(measuredSpan(`during ${i}`)());
  }
  clockError = wallClockError();
  inside.push(finishOpen());
  tracer.startSpan('after').finish();
  return inside;
}

async function frozen(): Promise<Measured[]> {
  const finishOpen = measuredSpan('open');
  tracer.startSpan('before').finish();
  process.stdout.write('ready\n');
  // What the test says, it says when the process runs again.
  await once(process.stdin, 'data');
  process.stdin.unref();
  clockError = wallClockError();
  return [finishOpen(), measuredSpan('after')()];
}

const spans = await (scene === 'blocked' ? blocked() : frozen());
// Nobody calls flush: the interval does, late as it is.
while (tracer.stats().waiting > 0) await new Promise((resolve) => setTimeout(resolve, 10));
process.stdout.write(`result ${JSON.stringify({ spans, clockError, stats: tracer.stats() })}\n`);
