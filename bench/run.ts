/**
 * What reporting costs, from start to datagram: spans a second, nanoseconds and CPU a span, bytes
 * allocated a span, for spoor beside jaeger-client 3.19.0 in the same run. Only spans that a receiver
 * in another process got are counted.
 *
 *     npm run bench                  5 rounds, the contenders in turn
 *     npm run bench -- --check       one small round: does it all still work?
 */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { contenders } from './contenders.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const WORKER = here('../node_modules/.cache/bench/worker.mjs');
const check = process.argv.includes('--check');
const rounds = check ? 1 : Number(process.env['BENCH_ROUNDS'] ?? 5);
const spans = check ? 2_000 : Number(process.env['BENCH_SPANS'] ?? 100_000);
/** Few enough that 256 MiB of young generation hold what the hungriest contender allocates. */
const memorySpans = check ? 1_000 : 15_000;

interface Received {
  spans: number;
  datagrams: number;
  bytes: number;
}

interface Row {
  perSecond: number;
  nanos: number;
  cpuNanos: number;
  heap: number;
  external: number;
  wire: number;
  loss: number;
}

function ask<T>(child: ChildProcess, question?: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as T));
    child.once('exit', (code) => reject(new Error(`the receiver ended with ${code}`)));
    if (question !== undefined) child.send(question);
  });
}

async function withReceiver(
  name: string,
  mode: 'speed' | 'memory',
  count: number,
): Promise<{ result: Record<string, number>; received: Received }> {
  const protocol = contenders[name]!.protocol;
  const receiver = fork(here('receiver.ts'), [protocol], { execArgv: ['--import', 'tsx'] });
  try {
    const { port } = await ask<{ port: number }>(receiver);
    const result = await runWorker([name, String(port), mode, String(count)]);
    let received = await ask<Received>(receiver, 'count');
    // The last datagrams may still be on their way; what does not come in 20 looks is lost.
    for (let look = 0; look < 20 && received.spans < result['sent']!; look++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      received = await ask<Received>(receiver, 'count');
    }
    return { result, received };
  } finally {
    receiver.disconnect();
  }
}

function runWorker(args: string[]): Promise<Record<string, number>> {
  return new Promise((resolve, reject) => {
    const flags =
      args[2] === 'memory'
        ? ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']
        : [];
    const child = spawn(process.execPath, [...flags, WORKER, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BENCH_FOLDER: here('worker.ts') },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Record<string, number>);
      else reject(new Error(`bench/worker.ts ${args.join(' ')} ended with ${code}`));
    });
  });
}

async function measure(name: string): Promise<Row> {
  // About two seconds each: a shorter run says more of the compiler's warm-up than of the tracer.
  const speedSpans = name === 'jaeger-client' ? spans : 5 * spans;
  const speed = await withReceiver(name, 'speed', speedSpans);
  const memory = await withReceiver(name, 'memory', memorySpans);
  const share = speed.received.spans / speed.result['sent']!;
  if (share < 0.5) throw new Error(`${name}: only ${speed.received.spans} spans arrived`);
  const got = speedSpans * share;
  return {
    perSecond: (got / speed.result['nanos']!) * 1e9,
    nanos: speed.result['nanos']! / got,
    cpuNanos: speed.result['cpuNanos']! / got,
    heap: memory.result['heap']! / memorySpans,
    external: memory.result['external']! / memorySpans,
    wire: speed.received.bytes / speed.received.spans,
    loss: 1 - share,
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function cell(rows: Row[], key: keyof Row, digits: number = 0): string {
  const values = rows.map((row) => row[key]);
  const spread = ` (${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)})`;
  return median(values).toFixed(digits) + (check ? '' : spread);
}

if (!existsSync(here('../dist/src/entry/index.js'))) throw new Error('npm run build comes first');
if (!existsSync(here('node_modules/jaeger-client'))) {
  execFileSync('npm', ['install', '--prefix', here('.'), '--no-audit', '--no-fund'], {
    stdio: 'inherit',
  });
}

// As plain JavaScript: a loader that compiles TypeScript on the fly changes what it loads.
await build({
  entryPoints: [here('worker.ts')],
  outfile: WORKER,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'warning',
});

const table = new Map<string, Row[]>(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, rows] of table) rows.push(await measure(name));
}

console.log(
  `Node ${process.version}, ${rounds} rounds of ${spans} spans (5 tags, 1 log): median (min-max)\n`,
);
for (const [name, rows] of table) {
  console.log(name);
  console.log(`  spans/s         ${cell(rows, 'perSecond')}`);
  console.log(`  ns/span         ${cell(rows, 'nanos')}`);
  console.log(`  CPU ns/span     ${cell(rows, 'cpuNanos')}`);
  console.log(`  heap B/span     ${cell(rows, 'heap')}`);
  console.log(`  external B/span ${cell(rows, 'external')}`);
  console.log(`  wire B/span     ${cell(rows, 'wire')}`);
  console.log(`  lost            ${cell(rows, 'loss', 4)}`);
}
const rival = table.get('jaeger-client')!;
for (const name of ['spoor', 'spoor-binary']) {
  const ratios = table.get(name)!.map((row, i) => row.perSecond / rival[i]!.perSecond);
  const range = `${Math.min(...ratios).toFixed(1)}-${Math.max(...ratios).toFixed(1)}`;
  console.log(
    `\n${name} / jaeger-client, round by round: ${median(ratios).toFixed(1)} (${range}) times the spans/s`,
  );
}
