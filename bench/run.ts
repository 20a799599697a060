/**
 * What reporting costs, from start to datagram: spans a second, nanoseconds and CPU a span, bytes allocated a span, for
 * spoor beside jaeger-client 3.19.0. Only spans that a receiver in another process got are counted.
 *
 * A shared machine is twice as fast at one moment as at another, so the contenders take turns of a quarter of a second,
 * and each turn is compared with the rival's right beside it.
 *
 *     npm run build && npm run bench     30 turns each
 *     npm run bench -- --check           few and small ones: does it all still work?
 *     npm run bench -- drain             encoding at finish() against encoding at the flush
 *     npm run bench -- micro [case]      what each trick of the hot path buys
 *     npm run bench -- grpc              what tracing costs a call over gRPC
 *     npm run bench -- collector         what the all-in-one takes, and how soon it finds
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contenders } from './contenders.js';
import { buildPrograms, Contestant, runProgram } from './contestant.js';
import { benchGrpc } from './grpc.js';

const RIVAL = 'jaeger-client';
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const check = process.argv.includes('--check');
const turns = check ? 3 : Number(process.env['BENCH_TURNS'] ?? 30);
/** Spans of one turn: about 250 ms of work. */
const spansOf = (name: string): number => (name === RIVAL ? 10_000 : 100_000) / (check ? 10 : 1);
const warmUpTurns = check ? 1 : 4;
/** Few enough that 256 MiB of young generation hold what the hungriest contender allocates. */
const memorySpans = check ? 1_000 : 15_000;

interface Row {
  readonly nanos: number[];
  readonly cpuNanos: number[];
  heap: number;
  external: number;
  wire: number;
  loss: number;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

/** The median, and between which two values the middle half lies. */
function spread(values: readonly number[], digits: number = 0): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) =>
    quantile(values, share).toFixed(digits),
  );
  return `${middle} (${low}-${high})`;
}

async function measureSpeed(rows: Map<string, Row>): Promise<void> {
  const contestants = new Map<string, Contestant>();
  for (const name of rows.keys()) contestants.set(name, await Contestant.start(name));
  for (let turn = -warmUpTurns; turn < turns; turn++) {
    for (const [name, contestant] of contestants) {
      const spans = spansOf(name);
      const { nanos, cpuNanos } = await contestant.trace(spans);
      if (turn < 0) continue;
      rows.get(name)!.nanos.push(nanos / spans);
      rows.get(name)!.cpuNanos.push(cpuNanos / spans);
    }
  }
  for (const [name, contestant] of contestants) {
    const { traced, received } = await contestant.finish();
    const row = rows.get(name)!;
    row.loss = 1 - received.spans / traced;
    row.wire = received.bytes / received.spans;
    if (row.loss > 0.01) throw new Error(`${name}: ${received.spans} of ${traced} spans arrived`);
  }
}

/** Bytes allocated, not bytes held: in a young generation that nothing fills, nothing is collected. */
async function measureMemory(name: string, row: Row): Promise<void> {
  const flags = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];
  const contestant = await Contestant.start(name, flags);
  await contestant.trace(memorySpans);
  const { heapBytes, externalBytes } = await contestant.trace(memorySpans);
  row.heap = heapBytes / memorySpans;
  row.external = externalBytes / memorySpans;
  await contestant.finish();
}

function print(rows: Map<string, Row>): void {
  console.log(
    `Node ${process.version}; a span has 5 tags and a log; median (middle half) of ${turns} turns\n`,
  );
  for (const [name, row] of rows) {
    const got = 1 - row.loss;
    console.log(name);
    console.log(`  spans/s         ${spread(row.nanos.map((nanos) => (got * 1e9) / nanos))}`);
    console.log(`  ns/span         ${spread(row.nanos)}`);
    console.log(`  CPU ns/span     ${spread(row.cpuNanos)}`);
    console.log(`  heap B/span     ${row.heap.toFixed(0)}`);
    console.log(`  external B/span ${row.external.toFixed(0)}`);
    console.log(`  wire B/span     ${row.wire.toFixed(0)}`);
    console.log(`  lost            ${(100 * row.loss).toFixed(2)} %`);
  }
  const rival = rows.get(RIVAL)!.nanos;
  for (const [name, { nanos }] of rows) {
    if (name === RIVAL) continue;
    const ratios = nanos.map((own, turn) => rival[turn]! / own);
    console.log(`\n${name}: ${spread(ratios, 1)} times the spans/s of ${RIVAL}, turn by turn`);
  }
}

async function race(): Promise<void> {
  if (!existsSync(here('../dist/src/index.js'))) throw new Error('npm run build comes first');
  if (!existsSync(here(`node_modules/${RIVAL}`))) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here('.'), stdio: 'inherit' });
  }
  const rows = new Map<string, Row>();
  for (const name of Object.keys(contenders)) {
    rows.set(name, { nanos: [], cpuNanos: [], heap: 0, external: 0, wire: 0, loss: 0 });
  }
  await measureSpeed(rows);
  for (const [name, row] of rows) await measureMemory(name, row);
  print(rows);
}

/** A program of its own: its memory is measured. */
function benchCollector(): void {
  const args = [
    '--expose-gc',
    '--import',
    'tsx',
    here('collector.ts'),
    ...(check ? ['--check'] : []),
  ];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
}

await buildPrograms();
const [program, ...args] = process.argv.slice(2);
if (program === 'drain' || program === 'micro') runProgram(program, args);
else if (program === 'grpc') await benchGrpc(check);
else if (program === 'collector') benchCollector();
else {
  await race();
  if (check) {
    await benchGrpc(check);
    benchCollector();
  }
}
