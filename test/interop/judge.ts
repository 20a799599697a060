import { expect } from 'vitest';
import type {
  JaegerTracer,
  ReporterConfig,
  TracerStats,
  TracingOptions,
  UdpProtocol,
} from '../../src/index.js';
import type { AgentBatch, AgentSpan } from './peers/agent-rows.js';
import { poll } from './peers/peer-process.js';
import { type PythonAgent, startPythonAgent } from './peers/python-agent.js';
import { expectAccounted, openTracer } from './tracing.js';

const ARRIVAL_DEADLINE_MS = 10_000;

/** Runs tracers against the Python agent, and holds what it got against what the tracers count. */
export interface Judge {
  readonly agent: PythonAgent;
  /**
   * Runs `trace` with a tracer of its own, and resolves with the batches that arrived of it: sound ones, with as many
   * spans as the tracer counts as sent.
   */
  batches(
    protocol: UdpProtocol,
    trace: (tracer: JaegerTracer) => void | Promise<void>,
    options?: TracingOptions,
    reporter?: ReporterConfig,
  ): Promise<AgentBatch[]>;
  /** Like `batches`, but only their spans. */
  spans(
    protocol: UdpProtocol,
    trace: (tracer: JaegerTracer) => void,
    options?: TracingOptions,
  ): Promise<AgentSpan[]>;
  /** Rejects where anything came in that was no batch. */
  stop(): Promise<void>;
}

export async function startJudge(): Promise<Judge> {
  const agent = await startPythonAgent();
  let services = 0;
  const judge: Judge = {
    agent,
    batches(protocol, trace, options, reporter) {
      const service = `${protocol}-${++services}`;
      const target = { port: agent.ports[protocol], protocol };
      return reported(agent, service, openTracer(service, target, options, reporter), trace);
    },
    async spans(protocol, trace, options) {
      const batches = await judge.batches(protocol, trace, options);
      return batches.flatMap((batch) => batch.spans);
    },
    stop: () => stopSound(agent),
  };
  return judge;
}

async function stopSound(agent: PythonAgent): Promise<void> {
  await agent.stop();
  expect(agent.errors).toEqual([]);
}

async function reported(
  agent: PythonAgent,
  service: string,
  tracer: JaegerTracer,
  trace: (tracer: JaegerTracer) => void | Promise<void>,
): Promise<AgentBatch[]> {
  try {
    await trace(tracer);
    expectAccounted(tracer.stats());
    await tracer.flush();
    const stats = tracer.stats();
    expectAccounted(stats);
    expect(stats).toMatchObject({ open: 0, waiting: 0 });
    return await arrived(agent, service, stats);
  } finally {
    await tracer.close();
    expectAccounted(tracer.stats());
  }
}

async function arrived(
  agent: PythonAgent,
  service: string,
  { sent }: TracerStats,
): Promise<AgentBatch[]> {
  const batches = (): AgentBatch[] =>
    agent.batches.filter((batch) => batch.process.serviceName === service);
  const spans = (): number => batches().reduce((sum, batch) => sum + batch.spans.length, 0);
  await poll(() => spans() >= sent || agent.errors.length > 0, ARRIVAL_DEADLINE_MS, 2);
  expect(agent.errors).toEqual([]);
  expect(spans()).toBe(sent);
  const envelope = { msg: 'emitBatch', msgType: 4, seqid: 0, trailing: 0 };
  for (const [i, batch] of batches().entries()) {
    expect(batch).toMatchObject({ ...envelope, seqNo: i + 1 });
  }
  return batches();
}
