import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  initTracer,
  RemoteReporter,
  type Sender,
  type TracerStats,
  UDPSender,
} from '../../src/index.js';
import { type Judge, startJudge } from './judge.js';
import type { AgentBatch, AgentCount } from './peers/agent-rows.js';
import { startPythonAgent } from './peers/python-agent.js';
import { expectAccounted, kernelDrained, openTracer, PROTOCOLS, remote } from './tracing.js';

/** ClientStats that say what the tracer's own count says. */
function clientStatsOf({ dropped }: TracerStats): NonNullable<AgentBatch['stats']> {
  return {
    fullQueueDroppedSpans: dropped.queueFull,
    tooLargeDroppedSpans: dropped.tooLarge,
    failedToEmitSpans: dropped.sendFailed,
  };
}

describe.each(PROTOCOLS)('batches, %s', (protocol) => {
  let judge: Judge;

  beforeAll(async () => {
    judge = await startJudge();
  });

  afterAll(() => judge.stop());

  test('seqNo counts up from 1, one batch to a flush, and no stats while nothing was lost', async () => {
    const batches = await judge.batches(protocol, async (tracer) => {
      for (let i = 0; i < 20; i++) {
        tracer.startSpan(`op-${i}`).finish();
        await tracer.flush();
        expectAccounted(tracer.stats());
      }
    });
    expect(batches.map(({ seqNo, stats, spans }) => [seqNo, stats, spans.length])).toEqual(
      Array.from({ length: 20 }, (_, i) => [i + 1, null, 1]),
    );
  });

  test('seqNo counts up over batches that were full', async () => {
    const batches = await judge.batches(
      protocol,
      (tracer) => {
        for (let i = 0; i < 200; i++) tracer.startSpan(`op-${i}`).finish();
      },
      {},
      { maxPacketSize: 1_000 },
    );
    expect(batches.length).toBeGreaterThan(10);
    expect(Math.max(...batches.map((batch) => batch.bytes))).toBeLessThanOrEqual(1_000);
    expect(batches.flatMap((batch) => batch.spans.map((span) => span.operationName))).toEqual(
      Array.from({ length: 200 }, (_, i) => `op-${i}`),
    );
  });

  test('ClientStats come after a loss, and say what stats() says', async () => {
    const counted: TracerStats[] = [];
    const batches = await judge.batches(
      protocol,
      async (tracer) => {
        const end = async (): Promise<void> => {
          counted.push(tracer.stats());
          expectAccounted(tracer.stats());
          await tracer.flush();
          expectAccounted(tracer.stats());
        };
        tracer.startSpan('fits').finish();
        await end();
        for (let i = 0; i < 5; i++) tracer.startSpan('three of five have no room').finish();
        await end();
        // A name is never cut.
        tracer.startSpan('too large '.repeat(300)).finish();
        tracer.startSpan('fits').finish();
        await end();
        tracer.startSpan('nothing new was lost').finish();
        await end();
      },
      {},
      { maxQueueSize: 2, maxPacketSize: 2_000 },
    );
    expect(batches.map((batch) => batch.spans.length)).toEqual([1, 2, 1, 1]);
    expect(batches[0]!.stats).toBeNull();
    expect(batches.slice(1).map((batch) => batch.stats)).toEqual(
      counted.slice(1).map(clientStatsOf),
    );
    expect(counted.at(-1)!.dropped).toMatchObject({ queueFull: 3, tooLarge: 1, sendFailed: 0 });
  });

  test('ClientStats say how many spans a sender refused', async () => {
    const udp = new UDPSender({ host: '127.0.0.1', port: judge.agent.ports[protocol], protocol });
    let fails = false;
    const sender: Sender = {
      wire: udp.wire,
      maxMessageBytes: udp.maxMessageBytes,
      send: (message) => (fails ? Promise.reject(new Error('no route')) : udp.send(message)),
      close: () => udp.close(),
    };
    const serviceName = `refused-${protocol}`;
    const tracer = initTracer({ serviceName }, { reporter: new RemoteReporter(sender) });
    for (const failing of [false, true, false]) {
      fails = failing;
      tracer.startSpan('a').finish();
      tracer.startSpan('b').finish();
      await tracer.flush();
      expectAccounted(tracer.stats());
    }
    const { sent, dropped } = tracer.stats();
    expect({ sent, sendFailed: dropped.sendFailed }).toEqual({ sent: 4, sendFailed: 2 });
    await tracer.close();
    await expect
      .poll(() => judge.agent.batches.filter((row) => row.process.serviceName === serviceName))
      .toMatchObject([
        { seqNo: 1, stats: null },
        // The second was numbered and never came: that is how a backend sees the gap.
        { seqNo: 3, stats: clientStatsOf(tracer.stats()) },
      ]);
  });
});

describe('20,000 spans', () => {
  const SPANS = 20_000;
  /** Enough to fill a packet, and so few that no buffer of the kernel overflows before the agent is waited for. */
  const atOnce = (maxPacketSize: number): number => (maxPacketSize > 5_000 ? 1_000 : 100);

  async function send(
    target: { readonly port: number; readonly protocol: 'compact' | 'binary' },
    maxPacketSize: number,
  ): Promise<TracerStats> {
    // Process tags of known length, so that it does not depend on the machine what fits.
    const tags = { hostname: 'host', ip: '10.0.0.1' };
    const tracer = openTracer('volume', target, { tags }, { maxPacketSize });
    try {
      const parent = remote(tracer, 'fedcba9876543210:1:0:1');
      for (let i = 0; i < SPANS;) {
        for (const end = i + atOnce(maxPacketSize); i < end; i++) {
          const span = tracer.startSpan('operation', { childOf: parent });
          // One in ten is larger than a packet of 500 bytes, and cannot be trimmed.
          if (i % 10 === 0) span.setOperationName('x'.repeat(500));
          span.finish();
        }
        expectAccounted(tracer.stats());
        await tracer.flush();
        expectAccounted(tracer.stats());
        await kernelDrained(target.port);
      }
      return tracer.stats();
    } finally {
      await tracer.close();
      expectAccounted(tracer.stats());
    }
  }

  test.each([
    { maxPacketSize: 200, fit: 0 },
    { maxPacketSize: 500, fit: SPANS * 0.9 },
    { maxPacketSize: 1_500, fit: SPANS },
    { maxPacketSize: 9_216, fit: SPANS },
    { maxPacketSize: 65_000, fit: SPANS },
  ])('in packets of $maxPacketSize bytes', async ({ maxPacketSize, fit }) => {
    const agent = await startPythonAgent({ countOnly: true });
    const sent: Record<string, TracerStats> = {};
    try {
      for (const protocol of PROTOCOLS) {
        sent[protocol] = await send({ port: agent.ports[protocol], protocol }, maxPacketSize);
      }
    } finally {
      await agent.stop();
    }
    expect(agent.errors).toEqual([]);
    expect(agent.summary()!.final).toBe(true);
    for (const protocol of PROTOCOLS) {
      const stats = sent[protocol]!;
      expect(stats).toMatchObject({ started: SPANS, sent: fit, waiting: 0, open: 0 });
      expect(stats.dropped).toEqual({ ...NOTHING, tooLarge: SPANS - fit });
      const count: AgentCount = agent.summary()!.summary[`udp-${protocol}`];
      expect(count).toMatchObject({ spans: fit, distinct: fit, errors: 0 });
      expect(count.kernelDrops ?? 0).toBe(0);
      expect(count.largest).toBeLessThanOrEqual(maxPacketSize);
      // Full but for what the next span would have taken.
      if (fit > 0) expect(count.largest).toBeGreaterThan(maxPacketSize - 800);
    }
  });
});

const NOTHING: TracerStats['dropped'] = {
  queueFull: 0,
  tooLarge: 0,
  sendFailed: 0,
  encodeError: 0,
  closed: 0,
};
