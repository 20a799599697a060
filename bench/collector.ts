/**
 * What the all-in-one takes and how soon it finds: spans a second over UDP and HTTP with nothing lost, bytes per stored
 * span, and searches over 50,000 traces.
 *
 *     npm run bench -- collector            half a minute
 *     npm run bench -- collector --check    does it all still work?
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Collector, startCollector } from '../all-in-one/src/index.js';
import { findTraces, type Search } from '../all-in-one/src/query/search/search.js';
import { summaryOf } from '../all-in-one/src/query/api/summaries.js';
import { TraceStore } from '../all-in-one/src/store/trace-store.js';
import { spansOfTrace } from './collector-spans.js';

const isCheck = process.argv.includes('--check');
const SENDER = fileURLToPath(new URL('collector-sender.ts', import.meta.url));
const SECONDS = isCheck ? 0.3 : 3;
/** Spans a second that are tried, until some are lost. */
const RATES = isCheck ? [5_000] : [10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 80_000, 100_000];
const TRACES = isCheck ? 1_000 : 50_000;
const SPANS_PER_TRACE = 5;
const MAX_SEARCH_MS = 100;

/** What the sender, a process of its own, says that it sent. */
interface Sent {
  readonly spans: number;
  readonly seconds: number;
}

async function send(way: 'udp' | 'http', port: number, rate: number): Promise<Sent> {
  const args = [way, String(port), String(rate), String(SECONDS)];
  const child = fork(SENDER, args, { execArgv: ['--import', 'tsx'] });
  const [[sent]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return sent as Sent;
}

function opened(): Promise<Collector> {
  return startCollector({ freePorts: true, maxTraces: 20_000 });
}

/** The highest rate of those tried at which nothing is lost. */
async function measureUdp(): Promise<void> {
  let best: string = 'none';
  for (const rate of RATES) {
    const collector = await opened();
    const sent = await send('udp', collector.address('compact')!.port, rate);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { spans = 0 } = collector.stats().receivers.find(({ name }) => name === 'udp-compact')!;
    await collector.close();
    const perSecond = Math.round(sent.spans / sent.seconds);
    if (spans < sent.spans) {
      console.log(`UDP: at ${perSecond} spans/s ${sent.spans - spans} of ${sent.spans} are lost`);
      break;
    }
    best = `${perSecond} spans/s`;
  }
  console.log(`UDP, compact: ${best} with nothing lost`);
  assert.notEqual(best, 'none');
}

/** As fast as it answers, over four connections. */
async function measureHttp(): Promise<void> {
  const collector = await opened();
  const sent = await send('http', collector.address('http')!.port, 0);
  const { spans } = collector.stats().receivers.find(({ name }) => name === 'thrift-http')!;
  await collector.close();
  assert.equal(spans, sent.spans);
  console.log(`HTTP, binary: ${Math.round(sent.spans / sent.seconds)} spans/s with nothing lost`);
}

function heapBytes(): number {
  globalThis.gc!();
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function fill(store: TraceStore): void {
  for (let trace = 0; trace < TRACES; trace++) {
    for (const { process, spans } of spansOfTrace(trace, SPANS_PER_TRACE))
      store.add(process, spans);
  }
}

const ANYTHING: Search = {
  service: '',
  operation: '',
  tags: new Map(),
  startMin: 0,
  startMax: Number.MAX_SAFE_INTEGER,
  durationMin: 0,
  durationMax: 0,
  limit: 20,
};

/** Searches that end early, and those that look at all there is. */
const SEARCHES: readonly (readonly [name: string, search: Partial<Search>, finds: number])[] = [
  ['a service', { service: 'service-1' }, 20],
  ['a service and an operation', { service: 'service-1', operation: 'operation 1' }, 20],
  ['an operation that there is not', { service: 'service-1', operation: 'none' }, 0],
  ['a duration that no span has', { service: 'service-1', durationMin: 1e9 }, 0],
  ['a tag of one span in all, oldest', { tags: new Map([['request.id', 'request 0-1']]) }, 1],
  ['a tag of no span', { tags: new Map([['request.id', 'none']]) }, 0],
  ['a tag of all spans with another value', { tags: new Map([['http.status_code', '999']]) }, 0],
  ['a key of no span', { service: 'service-1', tags: new Map([['no.such', 'x']]) }, 0],
];

function measureSearch(store: TraceStore): void {
  for (const [name, part, finds] of SEARCHES) {
    const walls: number[] = [];
    const cpus: number[] = [];
    for (let i = 0; i < 7; i++) {
      const start = performance.now();
      const cpu = process.cpuUsage();
      const found = findTraces(store, { ...ANYTHING, ...part });
      found.forEach(summaryOf);
      const { user, system } = process.cpuUsage(cpu);
      walls.push(performance.now() - start);
      cpus.push((user + system) / 1_000);
      assert.equal(found.length, finds, name);
    }
    const middle = (times: number[]): number => times.sort((a, b) => a - b)[3]!;
    console.log(
      `search: ${name}: ${middle(walls).toFixed(1)} ms, CPU ${middle(cpus).toFixed(1)} ms`,
    );
    // Of a machine that others use too, a part of the wall's time is theirs.
    if (!isCheck) assert.ok(middle(cpus) < MAX_SEARCH_MS, `${name} took ${middle(cpus)} ms`);
  }
}

await measureUdp();
await measureHttp();
const before = heapBytes();
const store = new TraceStore({ maxTraces: TRACES, maxBytes: 2 ** 40 });
const start = performance.now();
fill(store);
const micros = ((performance.now() - start) * 1_000) / (TRACES * SPANS_PER_TRACE);
const { spans, bytes } = store.stats();
const grown = heapBytes() - before;
console.log(`stored: ${TRACES} traces, ${spans} spans, ${micros.toFixed(1)} us a span`);
console.log(
  `memory: ${Math.round(grown / spans)} bytes a span; estimated ${Math.round(bytes / spans)}`,
);
measureSearch(store);
