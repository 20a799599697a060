// `npm start`: a receiver, a tracer that reports into it, and the trace that arrived.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { newJaegerTracer } from '../index.js';
import { formatTraceTree, type JaegerBatch, type ReportedSpan, startUdpReceiver } from './index.js';

/** Options of `runDemo`. */
export interface DemoOptions {
  /** Reports `SPANS` spans of one trace to this UDP port. Default: through this package's tracer. */
  readonly traceInto?: (port: number) => Promise<void>;
  readonly print?: (text: string) => void;
  /** How long the spans may take to arrive, in milliseconds. Default 10,000. */
  readonly deadlineMs?: number;
  /** Goes on listening and printing until this resolves. Default: does not. */
  readonly until?: Promise<unknown>;
}

/** How many spans the demo traces. */
const SPANS = 3;

/**
 * Traces three nested spans into a receiver on a free port, and prints them as they arrived. Rejects
 * when they did not arrive in time.
 */
export async function runDemo(options: DemoOptions = {}): Promise<void> {
  const { traceInto = traceThreeSpans, print = console.log, deadlineMs = 10_000 } = options;
  const arrived: ReportedSpan[] = [];
  let complete: () => void;
  const allArrived = new Promise<void>((resolve) => (complete = resolve));
  let onBatch = (batch: JaegerBatch): void => {
    arrived.push(...reportedSpans(batch));
    if (arrived.length >= SPANS) complete();
  };
  const receiver = await startUdpReceiver({
    protocol: 'compact',
    onBatch: (batch) => onBatch(batch),
    onMalformed: (error) => print(`a datagram that is no batch: ${error.message}`),
  });
  try {
    const { address, port } = receiver.address();
    print(`listening on ${address}:${port} (UDP, compact Thrift)`);
    await traceInto(port);
    await Promise.race([allArrived, sleep(deadlineMs, undefined, { ref: false })]);
    if (arrived.length < SPANS) {
      throw new Error(
        `${arrived.length} of ${SPANS} spans arrived at ${address}:${port} in ${deadlineMs / 1000} s`,
      );
    }
    print(formatTraceTree(arrived));
    if (options.until === undefined) return;
    print('listening for more; Ctrl-C ends');
    onBatch = (batch) => printTraces(batch, print);
    await options.until;
  } finally {
    await receiver.close();
  }
}

/** Three nested spans, through the tracer's public API. */
async function traceThreeSpans(port: number): Promise<void> {
  const { tracer, close } = newJaegerTracer('demo', { host: '127.0.0.1', port });
  const checkout = tracer.startSpan('checkout', { tags: { 'cart.items': 2 } });
  await sleep(5);
  const charge = tracer.startSpan('charge-card', { childOf: checkout });
  charge.log({ event: 'retry', attempt: 1 });
  await sleep(10);
  const request = tracer.startSpan('POST /charges', { childOf: charge });
  request.setTag('http.status_code', 201);
  await sleep(20);
  request.finish();
  charge.finish();
  checkout.finish();
  await close();
}

/** A batch may hold spans of several traces, and a part of each. */
function printTraces(batch: JaegerBatch, print: (text: string) => void): void {
  const traces = new Map<string, ReportedSpan[]>();
  for (const reported of reportedSpans(batch)) {
    const spans = traces.get(reported.span.traceID);
    if (spans === undefined) traces.set(reported.span.traceID, [reported]);
    else spans.push(reported);
  }
  for (const spans of traces.values()) print(formatTraceTree(spans));
}

function reportedSpans(batch: JaegerBatch): ReportedSpan[] {
  return batch.spans.map((span) => ({ process: batch.process, span }));
}

async function main(): Promise<void> {
  const isOnce = process.argv.includes('--once');
  const signal = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  try {
    await runDemo(isOnce ? {} : { until: signal });
  } catch (error) {
    console.error(`demo: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
