import { readFile } from 'node:fs/promises';
import { FORMAT_TEXT_MAP } from 'opentracing';
import { expect } from 'vitest';
import {
  initTracer,
  type JaegerTracer,
  type ReporterConfig,
  type Span,
  type TracerStats,
  type TracingOptions,
  type UdpProtocol,
} from '../../src/index.js';
import type { AgentReference, AgentSpan, AgentTag } from './peers/agent-rows.js';
import { poll } from './peers/peer-process.js';

export const PROTOCOLS: readonly UdpProtocol[] = ['compact', 'binary'];

/** An agent's side of a tracer: where it reports to. */
export interface Target {
  readonly port: number;
  readonly protocol: UdpProtocol;
}

/** A tracer that samples all and reports to 127.0.0.1. Nothing leaves but by `flush()`, `close()` or a full datagram. */
export function openTracer(
  serviceName: string,
  { port, protocol }: Target,
  options: TracingOptions = {},
  reporter: ReporterConfig = {},
): JaegerTracer {
  return initTracer(
    {
      serviceName,
      sampler: { type: 'const', param: 1 },
      reporter: {
        agentHost: '127.0.0.1',
        agentPort: port,
        protocol,
        flushIntervalMs: 600_000,
        ...reporter,
      },
    },
    options,
  );
}

/** A context from elsewhere, from the text that travels. */
export function remote(tracer: JaegerTracer, uberTraceId: string): ReturnType<Span['context']> {
  return tracer.extract(FORMAT_TEXT_MAP, { 'uber-trace-id': uberTraceId })!;
}

/** Both equations of the accounting, at any moment. */
export function expectAccounted(stats: TracerStats): void {
  expect(stats.finished + stats.open + stats.unsampledLater).toBe(stats.started);
  const dropped = Object.values(stats.dropped).reduce((sum, n) => sum + n, 0);
  expect(stats.sent + stats.waiting + dropped).toBe(stats.finished);
}

// ---- What has to arrive --------------------------------------------------------------------------

export const NO_PARENT = '0000000000000000';

/** A trace id as the agent says it. */
export const trace32 = (hex: string): string => hex.toLowerCase().padStart(32, '0');

/** A span id as the agent says it. */
export const span16 = (hex: string): string => hex.toLowerCase().padStart(16, '0');

/** What the const sampler says on a root span, before all other tags. */
export const SAMPLER_TAGS: readonly AgentTag[] = [
  { key: 'sampler.type', type: 'STRING', value: 'const' },
  { key: 'sampler.param', type: 'BOOL', value: true },
];

/** Times in microseconds since the Unix epoch. */
export const START = 1_767_323_045_678_901;
export const END = 1_767_323_045_679_912;
export const DURATION = 1_011;

/** Microseconds as the API takes them: milliseconds with a fraction. */
export const millis = (micros: number): number => micros / 1_000;

/** A sampled span from START to END with nothing on it, but for `row`. */
export function spanRow(
  ids: Pick<AgentSpan, 'traceID' | 'spanID'>,
  row: Partial<AgentSpan>,
): AgentSpan {
  return {
    parentSpanID: NO_PARENT,
    operationName: 'op',
    flags: 1,
    startTime: START,
    duration: DURATION,
    references: [],
    tags: [],
    logs: [],
    ...ids,
    ...row,
  };
}

/** The ids of a span, from the text that its context shows. */
export function idsOf(span: Span): Pick<AgentSpan, 'traceID' | 'spanID'> {
  const context = span.context();
  return { traceID: trace32(context.toTraceId()), spanID: span16(context.toSpanId()) };
}

export function referenceTo(refType: AgentReference['refType'], span: Span): AgentReference {
  return { refType, ...idsOf(span) };
}

// ---- Datagrams -----------------------------------------------------------------------------------

/**
 * Resolves when the receiver at this local port has read all that the kernel holds for it, so that a
 * burst cannot outrun a receive buffer of any size. Linux; elsewhere at once.
 */
export async function kernelDrained(port: number, deadlineMs = 20_000): Promise<void> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const isEmpty = async (): Promise<boolean> => {
    const table = await readFile('/proc/net/udp', 'utf8').catch(() => '');
    // sl, local_address, rem_address, st, tx_queue:rx_queue ...
    const rows = table.split('\n').map((line) => line.trim().split(/\s+/));
    return rows.every((row) => !row[1]?.endsWith(local) || row[4]?.split(':')[1] === '00000000');
  };
  if (await poll(isEmpty, deadlineMs, 1)) return;
  throw new Error(`the receiver at UDP port ${port} has not read its queue in ${deadlineMs} ms`);
}
