// `npm start`: the all-in-one, a tracer that reports into it, and the trace that arrived.

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { NO_PARENT } from '../core/thrift/jaeger-model.js';
import { newJaegerTracer } from '../index.js';
import { startText } from './cli/texts.js';
import {
  type Collector,
  formatTraceTree,
  type JaegerTag,
  type JsonSpan,
  type JsonTag,
  type JsonTrace,
  ListenError,
  type ReportedSpan,
  startCollector,
} from './index.js';

/** Options of `runDemo`. */
export interface DemoOptions {
  /** Reports one trace of `SPANS` spans to this UDP port. Default: through this package's tracer. */
  readonly traceInto?: (port: number) => Promise<void>;
  readonly print?: (text: string) => void;
  /** Told of what goes wrong without ending the demo. Default: on stderr. */
  readonly warn?: (text: string) => void;
  /** How long the spans may take to arrive, in milliseconds. Default 10,000. */
  readonly deadlineMs?: number;
  /** Goes on listening until this resolves. Default: does not. */
  readonly until?: Promise<unknown>;
  /** Takes free ports even where the usual ones are free. Default false. */
  readonly freePorts?: boolean;
}

/** How many spans the demo traces. */
const SPANS = 3;
const LOOK_EVERY_MS = 20;

/**
 * Traces three nested spans into a collector, and prints them as they arrived. Rejects when they did
 * not arrive in time.
 */
export async function runDemo(options: DemoOptions = {}): Promise<void> {
  const { traceInto = traceThreeSpans, print = console.log, deadlineMs = 10_000, until } = options;
  const { freePorts = false, warn = console.error } = options;
  const collector = await start(freePorts, warn);
  try {
    print(startText(collector));
    const { address, port } = collector.address('compact')!;
    await traceInto(port);
    const trace = await arrivedTrace(collector, deadlineMs);
    if (trace.spans.length < SPANS) {
      const seconds = deadlineMs / 1_000;
      const where = `${address}:${port}`;
      throw new Error(
        `${trace.spans.length} of ${SPANS} spans arrived at ${where} in ${seconds} s`,
      );
    }
    print(formatTraceTree(reportedSpans(trace)));
    print(`${collector.url}/trace/${trace.traceID}`);
    if (until === undefined) return;
    print('Ctrl-C ends');
    await until;
  } finally {
    await collector.close();
  }
}

/** On the usual ports, or where one of them is taken, on free ones. */
async function start(freePorts: boolean, warn: (text: string) => void): Promise<Collector> {
  try {
    return await startCollector({ freePorts, warn });
  } catch (error) {
    if (!(error instanceof ListenError) || error.code !== 'EADDRINUSE' || freePorts) throw error;
    warn(`port ${error.port} is taken: free ports instead`);
    return startCollector({ freePorts: true, warn });
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

/** The first trace, once it has its spans, or as it is at the deadline. */
async function arrivedTrace(collector: Collector, deadlineMs: number): Promise<JsonTrace> {
  const end = performance.now() + deadlineMs;
  while (collector.stats().spans < SPANS && performance.now() < end) await sleep(LOOK_EVERY_MS);
  const [trace] = collector.traces();
  return trace ?? { traceID: '', spans: [], processes: {}, warnings: null };
}

function reportedSpans({ spans, processes }: JsonTrace): ReportedSpan[] {
  return spans.map((span) => {
    const { serviceName, tags } = processes[span.processID]!;
    return { process: { serviceName, tags: tags.map(shownTag) }, span: reportedSpan(span) };
  });
}

function reportedSpan(span: JsonSpan): ReportedSpan['span'] {
  return {
    ...span,
    flags: span.flags ?? 0,
    parentSpanID: NO_PARENT, // the references say it
    tags: span.tags.map(shownTag),
    logs: span.logs.map(({ timestamp, fields }) => ({ timestamp, fields: fields.map(shownTag) })),
  };
}

function shownTag({ key, value }: JsonTag): JaegerTag {
  return { key, type: 'string', value: String(value) };
}

async function main(): Promise<void> {
  const isOnce = process.argv.includes('--once');
  const signal = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  try {
    const freePorts = process.argv.includes('--free-ports');
    await runDemo(isOnce ? { freePorts } : { freePorts, until: signal });
  } catch (error) {
    console.error(`demo: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
