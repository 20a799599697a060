// What a tracer costs in memory, at rest and after a span; `memory.test.ts` runs it with --expose-gc.
import {
  ConstSampler,
  initTracer,
  RemoteReporter,
  type Sender,
  Tracer,
} from '../../../src/index.js';

const TRACERS = 1000;

function bytesInUse(): number {
  for (let i = 0; i < 3; i++) globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function bytesOfOne(make: () => unknown): number {
  const kept = Array.from({ length: 50 }, make);
  const before = bytesInUse();
  for (let i = 0; i < TRACERS; i++) kept.push(make());
  const bytes = (bytesInUse() - before) / TRACERS;
  if (kept.length !== TRACERS + 50) throw new Error('they are still there');
  return Math.round(bytes);
}

const options = { flushOnExit: false };
const ofInit = (maxPacketSize: number): Tracer =>
  initTracer({ serviceName: 'shop', reporter: { maxPacketSize } }, options);
const ofSender = (maxMessageBytes: number): Tracer => {
  const sender: Sender = {
    wire: { protocol: 'compact', message: false },
    maxMessageBytes,
    send: () => Promise.resolve(),
    close: () => {},
  };
  return new Tracer('shop', new RemoteReporter(sender), new ConstSampler(true), options);
};
const used = (tracer: Tracer): Tracer => {
  tracer.startSpan('op', { tags: { key: 'value' } }).finish();
  return tracer;
};

const result = {
  'at rest, 1000': bytesOfOne(() => ofInit(1000)),
  'at rest, 65000': bytesOfOne(() => ofInit(65_000)),
  'at rest, 65507': bytesOfOne(() => ofInit(65_507)),
  'at rest, a megabyte': bytesOfOne(() => ofSender(1_048_576)),
  'after a span, 65507': bytesOfOne(() => used(ofInit(65_507))),
  'after a span, a megabyte': bytesOfOne(() => used(ofSender(1_048_576))),
};
console.log(`result ${JSON.stringify(result)}`);
process.exit();
