// A program that traces in several threads or processes at once; `parallel.test.ts` runs it.
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { initTracer, type JaegerTracer } from '../../../src/index.js';
import { endInTime } from './lifetime.js';

endInTime();

const SPANS = 1000;
const PARTS = 3;
const [port, scene] = process.argv.slice(2);

/** What one thread or process has made. */
interface Part {
  readonly uuid: string;
  readonly ids: readonly string[];
  readonly sent: number;
}

function open(): JaegerTracer {
  return initTracer({
    serviceName: 'parallel',
    sampler: { type: 'const', param: 1 },
    reporter: {
      agentHost: '127.0.0.1',
      agentPort: Number(port),
      maxPacketSize: 7500,
      flushIntervalMs: 3_600_000,
    },
  });
}

/** Roots, since only those draw the ids of a trace as well; one in ten is sent, which is enough. */
function makeSpans(tracer: JaegerTracer): string[] {
  return Array.from({ length: SPANS }, (_, i) => {
    const span = tracer.startSpan('op', { tags: { 'sampling.priority': i % 10 === 0 ? 1 : 0 } });
    span.finish();
    return span.context().toSpanId();
  });
}

async function makePart(): Promise<Part> {
  const tracer = open();
  const ids = makeSpans(tracer);
  await tracer.close();
  return { uuid: tracer._process.uuid, ids, sent: tracer.stats().sent };
}

function say(parts: readonly Part[]): void {
  process.stdout.write(`parts ${JSON.stringify(parts)}\n`);
}

function newThread(): Worker {
  return new Worker(fileURLToPath(import.meta.url), { argv: [port, scene], workerData: scene });
}

const several = <T>(make: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: PARTS }, (_, i) => make(i)));

const scenes: Record<string, () => Promise<void>> = {
  threads: async () => {
    const parts = several(async () => (await once(newThread(), 'message'))[0] as Part);
    say([await makePart(), ...(await parts)]);
  },

  'threads that do not close': async () => {
    const codes = await several(async () => (await once(newThread(), 'exit'))[0] as number);
    process.stdout.write(`codes ${JSON.stringify(codes)}\n`);
  },

  'threads that are terminated': async () => {
    const tracer = open();
    tracer.startSpan('before').finish();
    await several(async () => {
      const thread = newThread();
      await once(thread, 'message');
      await thread.terminate();
    });
    tracer.startSpan('after').finish();
  },

  processes: async () => {
    const parts = several(async () => {
      const child = fork(fileURLToPath(import.meta.url), [port!, scene!], {
        env: { ...process.env, PART: '1' },
      });
      return (await once(child, 'message'))[0] as Part;
    });
    say([await makePart(), ...(await parts)]);
  },

  cluster: async () => {
    cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: [port!, scene!] });
    const parts = several(async () => (await once(cluster.fork(), 'message'))[0] as Part);
    say([await makePart(), ...(await parts)]);
  },
};

async function runThread(): Promise<void> {
  if (workerData === 'threads') parentPort!.postMessage(await makePart(), []);
  else if (workerData === 'threads that do not close') makeSpans(open());
  else {
    const tracer = open();
    setInterval(() => tracer.startSpan('lost').finish(), 1);
    parentPort!.postMessage('running', []);
  }
}

if (!isMainThread) await runThread();
else if (process.env['PART'] === '1' || cluster.isWorker) {
  process.send!(await makePart(), () => process.disconnect?.());
} else await scenes[scene!]!();
