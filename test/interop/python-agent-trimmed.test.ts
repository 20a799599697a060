import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initTracer, RemoteReporter, SendError, type Sender, UDPSender } from '../../src/index.js';
import { type Judge, startJudge } from './judge.js';
import type { AgentSpan } from './peers/agent-rows.js';
import { expectAccounted, kernelDrained, PROTOCOLS } from './tracing.js';

let judge: Judge;

beforeAll(async () => {
  judge = await startJudge();
});

afterAll(() => judge.stop());

function tagOf(span: AgentSpan, key: string): unknown {
  return span.tags.find((tag) => tag.key === key)?.value;
}

describe.each(PROTOCOLS)('spans that are too large, %s', (protocol) => {
  test.each([1000, 9216, 65_000])('fit into %i bytes', async (maxPacketSize) => {
    const batches = await judge.batches(
      protocol,
      (tracer) => {
        tracer.startSpan('text').setTag('body', 'é'.repeat(maxPacketSize)).finish();
        tracer
          .startSpan('bytes')
          .setTag('body', Buffer.alloc(2 * maxPacketSize, 'a'))
          .finish();
        tracer
          .startSpan('list')
          .setTag(
            'body',
            Array.from({ length: maxPacketSize }, () => 7),
          )
          .finish();
        tracer.startSpan('10 MB').setTag('body', 'x'.repeat(10_000_000)).finish();
        const logged = tracer.startSpan('logs');
        for (let i = 0; i < 5000; i++) logged.log({ event: `event ${i}` });
        logged.finish();
      },
      {},
      { maxPacketSize },
    );
    expect(Math.max(...batches.map(({ bytes }) => bytes))).toBeLessThanOrEqual(maxPacketSize);
    const spans = batches.flatMap((batch) => batch.spans);
    expect(spans.map(({ operationName }) => operationName)).toEqual([
      'text',
      'bytes',
      'list',
      '10 MB',
      'logs',
    ]);
    const [text, bytes, list, huge, logged] = spans as [
      AgentSpan,
      AgentSpan,
      AgentSpan,
      AgentSpan,
      AgentSpan,
    ];
    expect(tagOf(text, 'body')).toMatch(/^é+…\[truncated\]$/);
    expect(Buffer.from(String(tagOf(bytes, 'body')), 'base64').toString()).toMatch(/^a+$/);
    expect(tagOf(list, 'body')).toMatch(/^\[7,7,.*…\[truncated\]$/);
    expect(tagOf(huge, 'body')).toMatch(/^x+…\[truncated\]$/);
    for (const span of [text, bytes, list, huge]) {
      expect(tagOf(span, 'spoor.trimmed')).toMatch(/^values truncated to \d+: body \(\d+\+?\)$/);
    }
    expect(tagOf(logged, 'spoor.trimmed')).toBe(
      `${5000 - logged.logs.length} of 5000 logs dropped`,
    );
    expect(logged.logs[0]!.fields[0]!.value).toBe('event 0');
    expect(logged.logs.at(-1)!.fields[0]!.value).toBe('event 4999');
  });

  test('a network that takes 9,216 bytes gets everything all the same', async () => {
    const udp = new UDPSender({ host: '127.0.0.1', port: judge.agent.ports[protocol], protocol });
    const taken: number[] = [];
    const sender: Sender = {
      wire: udp.wire,
      maxMessageBytes: udp.maxMessageBytes,
      send: (message) => {
        if (message.length > 9216) return Promise.reject(new SendError('too-large', 'EMSGSIZE'));
        taken.push(message.length);
        return udp.send(message);
      },
      close: () => udp.close(),
    };
    const serviceName = `small-${protocol}`;
    const tracer = initTracer({ serviceName }, { reporter: new RemoteReporter(sender) });
    for (let i = 0; i < 1000; i++) {
      tracer.startSpan(`op ${i}`).setTag('pad', 'x'.repeat(500)).finish();
      if (i % 100 === 99) {
        await tracer.flush();
        await kernelDrained(judge.agent.ports[protocol]);
      }
    }
    await tracer.close();
    expectAccounted(tracer.stats());
    expect(tracer.stats()).toMatchObject({ sent: 1000, waiting: 0 });
    expect(Math.max(...taken)).toBeGreaterThan(8500);
    await expect
      .poll(() =>
        judge.agent.batches
          .filter((batch) => batch.process.serviceName === serviceName)
          .flatMap((batch) => batch.spans.map(({ operationName }) => operationName)),
      )
      .toEqual(Array.from({ length: 1000 }, (_, i) => `op ${i}`));
  });
});
