// Finishes spans in one synchronous loop, in which nothing can be sent, then sends what was kept:
//
//   node --expose-gc burst.mjs PORT SPANS
//
// The one line that it writes: what it held meanwhile, and what it counted.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ConstSampler,
  RemoteReporter,
  type Sender,
  Tracer,
  UDPSender,
} from '../../../src/index.js';
import { held, type Held, largest } from './memory.js';

const [port, spans] = process.argv.slice(2).map(Number);
const SAMPLE_EVERY = 100_000;
/** A receiver of the usual size holds a few large datagrams; then it must have read them. */
const DATAGRAMS_AT_ONCE = 2;

const udp = new UDPSender({ host: '127.0.0.1', port: port! });
let datagrams = 0;
let bytes = 0;

/** Waits, where the system says it (Linux), until the receiver has read what the kernel holds for it. */
async function receiverHasRead(): Promise<void> {
  const local = `:${port!.toString(16).toUpperCase().padStart(4, '0')}`;
  for (;;) {
    const table = await readFile('/proc/net/udp', 'utf8').catch(() => '');
    const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
    if (rows.every((row) => !row[1]?.endsWith(local) || row[4]?.endsWith(':00000000'))) return;
    await delay(1);
  }
}

/** UDP at the pace of its receiver: what is measured is what the tracer loses, not what the kernel does. */
const sender: Sender = {
  wire: udp.wire,
  maxMessageBytes: udp.maxMessageBytes,
  async send(message) {
    await udp.send(message);
    bytes += message.length;
    if (++datagrams % DATAGRAMS_AT_ONCE === 0) await receiverHasRead();
  },
  close: () => udp.close(),
};

const tracer = new Tracer(
  'burst',
  new RemoteReporter(sender, { closeTimeoutMs: 60_000 }),
  new ConstSampler(true),
);
/** Some spans first, so that what does not grow with their number is there before. */
for (let i = 0; i < 1000; i++) tracer.startSpan('warm up').finish();
await tracer.flush();
const warm = tracer.stats();
bytes = 0;

const before = held();
const samples: Held[] = [];
for (let i = 1; i <= spans!; i++) {
  tracer.startSpan('operation', { tags: { 'http.method': 'GET', index: i } }).finish();
  if (i % SAMPLE_EVERY === 0) samples.push(held());
}
const full = tracer.stats();
await tracer.flush();
const flushed = tracer.stats();
const peakRss = process.resourceUsage().maxRSS * 1024;
const after = held();
await tracer.close();
process.stdout.write(
  `result ${JSON.stringify({ before, most: largest(samples), peakRss, after, warm, full, flushed, bytes })}\n`,
);
