/**
 * Encoding at finish() against keeping span objects and encoding them at the flush: time and memory of a backlog.
 *
 *     npm run bench -- drain
 */
import { MessageBuilder } from '../src/core/reporting/message-builder.js';
import { ConstSampler } from '../src/core/sampling/const-sampler.js';
import type { Span } from '../src/core/span/span.js';
import { nodePlatform } from '../src/node/platform/platform.js';
import { Tracer } from '../src/node/tracer/tracer.js';
import { oneSpan } from './contenders.js';
import { DEFAULT_VALUES } from '../src/core/wire/tag-encoder.js';

const BACKLOG = 20_000;
const ROUNDS = 31;

function newBuilder(): MessageBuilder {
  const builder = new MessageBuilder(
    { protocol: 'compact', message: true },
    65_000,
    DEFAULT_VALUES,
    nodePlatform,
  );
  builder.setProcess('drain', []);
  return builder;
}

const builder = newBuilder();
let sealed: Uint8Array[] = [];
let kept: Span[] = [];

function encode(span: Span): void {
  builder.encode(span);
  if (!builder.fits()) sealed.push(builder.seal(undefined).bytes);
  builder.commit();
}

const ways: Record<string, { report: (span: Span) => void; drain: () => void }> = {
  'at finish()': { report: encode, drain: () => undefined },
  'at the flush': { report: (span) => kept.push(span), drain: () => kept.forEach(encode) },
};

/** Bytes in use, when nothing that could go is left. */
function bytesInUse(): number {
  globalThis.gc!();
  globalThis.gc!();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function release(): void {
  kept = [];
  sealed = [];
}

const spent = new Map<string, { nanos: number[]; flushMs: number[] }>();
for (const name of Object.keys(ways)) spent.set(name, { nanos: [], flushMs: [] });

for (let round = 0; round < ROUNDS; round++) {
  for (const [name, way] of Object.entries(ways)) {
    const reporter = { report: way.report, close: (): void => undefined };
    const tracer = new Tracer('drain', reporter, new ConstSampler(true));
    const start = process.hrtime.bigint();
    for (let i = 0; i < BACKLOG; i++) oneSpan(tracer, i);
    const filled = process.hrtime.bigint();
    way.drain();
    const drained = process.hrtime.bigint();
    release();
    spent.get(name)!.nanos.push(Number(drained - start) / BACKLOG);
    spent.get(name)!.flushMs.push(Number(drained - filled) / 1e6);
  }
}

for (const [name, way] of Object.entries(ways)) {
  const reporter = { report: way.report, close: (): void => undefined };
  const tracer = new Tracer('drain', reporter, new ConstSampler(true));
  for (let i = 0; i < BACKLOG; i++) oneSpan(tracer, i);
  const waiting = bytesInUse();
  release();
  const bytes = (waiting - bytesInUse()) / BACKLOG;
  const { nanos, flushMs } = spent.get(name)!;
  const middle = (values: number[]): number => [...values].sort((a, b) => a - b)[ROUNDS >> 1]!;
  console.log(
    `${name}: ${middle(nanos).toFixed(0)} ns a span, ${bytes.toFixed(0)} bytes a waiting span, ` +
      `${middle(flushMs).toFixed(1)} ms of flush for ${BACKLOG} spans (medians of ${ROUNDS} rounds)`,
  );
}
