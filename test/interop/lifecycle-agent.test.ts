import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import {
  ConstSampler,
  RemoteReporter,
  type Sender,
  Tracer,
  type UdpProtocol,
  UDPSender,
} from '../../src/index.js';
import { decodeMessage } from '../../all-in-one/src/thrift/jaeger-decoder.js';
import { seededRandom } from '../unit/support/fake-platform.js';
import {
  anyHostileValue,
  HOSTILE_VALUES,
  type HostileValue,
} from '../unit/support/hostile-values.js';
import type { AgentBatch } from './peers/agent-rows.js';
import { type PythonAgent, startPythonAgent } from './peers/python-agent.js';
import { expectAccounted, kernelDrained } from './tracing.js';

const SEED = 4;
const STEPS_A_PHASE = 60;
const PHASES = ['up', 'down', 'up', 'down', 'up'] as const;

const VALUES: readonly HostileValue[] = [
  ...HOSTILE_VALUES,
  ...fc.sample(anyHostileValue, { seed: SEED, numRuns: 200 }),
];

/** UDP, and a list of what the kernel took. */
class TappedSender implements Sender {
  readonly udp: UDPSender;
  /** Spans of each datagram that left, by the number that it bears. */
  readonly left: Map<number, number> = new Map();

  constructor(port: number, protocol: UdpProtocol, maxPacketSize: number) {
    this.udp = new UDPSender({ host: '127.0.0.1', port, protocol, maxPacketSize });
  }

  get wire(): Sender['wire'] {
    return this.udp.wire;
  }

  get maxMessageBytes(): number {
    return this.udp.maxMessageBytes;
  }

  async send(message: Uint8Array): Promise<void> {
    const { seqNo, spans } = decodeMessage(message, this.udp.wire.protocol).batch;
    await this.udp.send(message);
    this.left.set(Number(seqNo), spans.length);
  }

  close(): void {
    this.udp.close();
  }
}

/** One application with one tracer, which does what chance says. */
class Application {
  readonly sender: TappedSender;
  readonly tracer: Tracer;
  private readonly random: () => number;

  constructor(sender: TappedSender, seed: number) {
    this.sender = sender;
    this.tracer = new Tracer(
      `faults-${sender.wire.protocol}`,
      new RemoteReporter(sender, { bufferFlushInterval: 600_000 }),
      new ConstSampler(true),
    );
    this.random = seededRandom(seed);
  }

  async run(steps: number): Promise<void> {
    for (let i = 0; i < steps; i++) {
      const spans = 1 + Math.floor(this.random() ** 3 * 100);
      for (let n = 0; n < spans; n++) this.makeSpan();
      expectAccounted(this.tracer.stats());
      await this.tracer.flush();
      expectAccounted(this.tracer.stats());
    }
  }

  private makeSpan(): void {
    const span = this.tracer.startSpan(this.value() as string, {
      tags: { value: this.value(), other: this.value() },
    });
    if (this.random() < 0.3) span.log({ value: this.value() });
    if (this.random() < 0.1) span.setTag(this.value() as string, 'x'.repeat(80_000));
    span.finish();
  }

  private value(): unknown {
    return VALUES[Math.floor(this.random() * VALUES.length)]!.make();
  }
}

const agents: PythonAgent[] = [];

afterAll(async () => {
  for (const agent of agents) await agent.stop();
});

/** An agent on the ports of the first one. */
async function startAgent(): Promise<PythonAgent> {
  const { compact, binary } = agents[0]?.ports ?? {};
  const agent = await startPythonAgent(
    compact === undefined || binary === undefined ? {} : { ports: { compact, binary } },
  );
  agents.push(agent);
  return agent;
}

async function stopAgent(agent: PythonAgent, applications: readonly Application[]): Promise<void> {
  for (const { sender } of applications) await kernelDrained(sender.udp._port);
  await agent.stop();
}

/** Through the times of an agent that is there, and of one that is not. */
async function runPhases(applications: readonly Application[], first: PythonAgent): Promise<void> {
  let agent: PythonAgent | undefined = first;
  for (const phase of PHASES) {
    if (phase === 'up') agent ??= await startAgent();
    else if (agent !== undefined) {
      await stopAgent(agent, applications);
      agent = undefined;
    }
    for (const application of applications) await application.run(STEPS_A_PHASE);
  }
  await stopAgent(agent!, applications);
}

describe('hostile values, and an agent that is stopped and started again', () => {
  test('what arrived decodes, is what was sent less what was refused, and none is too large', async () => {
    const first = await startAgent();
    const applications = [
      new Application(new TappedSender(first.ports.compact, 'compact', 65_000), SEED),
      new Application(new TappedSender(first.ports.binary, 'binary', 4000), SEED + 1),
    ];
    await runPhases(applications, first);
    for (const { tracer, sender } of applications) {
      // The answer to the last datagram of all may be under way.
      await tracer.close();
      const batches = agents
        .flatMap((agent) => agent.batches)
        .filter(({ process }) => process.serviceName === tracer._serviceName);
      expectArrived(batches, tracer, sender);
    }
    expect(agents.flatMap(({ errors }) => errors)).toEqual([]);
  }, 180_000);
});

function expectArrived(batches: readonly AgentBatch[], tracer: Tracer, sender: TappedSender): void {
  const { left, udp } = sender;
  const stats = tracer.stats();
  expectAccounted(stats);
  expect(stats).toMatchObject({ open: 0, waiting: 0 });
  const sum = (counts: Iterable<number>): number => [...counts].reduce((all, n) => all + n, 0);
  expect(sum(left.values())).toBe(stats.sent);

  for (const { seqNo, spans, bytes, trailing } of batches) {
    expect([seqNo, spans.length, trailing]).toEqual([seqNo, left.get(Number(seqNo)), 0]);
    expect(bytes).toBeLessThanOrEqual(sender.maxMessageBytes);
  }
  const arrived = new Set(batches.map(({ seqNo }) => Number(seqNo)));
  const refused = [...left].filter(([seqNo]) => !arrived.has(seqNo));
  expect(batches).toHaveLength(arrived.size);
  expect(refused.length).toBe(udp.refusedDatagrams);
  expect(refused.length).toBeGreaterThan(STEPS_A_PHASE);
  const spans = sum(batches.map((batch) => batch.spans.length));
  expect(spans).toBe(stats.sent - sum(refused.map(([, count]) => count)));
}
