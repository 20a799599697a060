import type { SocketOptions } from 'node:dgram';
import { afterEach, describe, expect, test } from 'vitest';
import type { JaegerTracer } from '../../../src/index.js';
import { Datagrams, refusedPort } from '../support/datagrams.js';
import { settle } from '../support/fake-platform.js';
import { expectAccounted, makeSpans, openUdpTracer } from './udp-tracer.js';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function openReceiver(): Promise<Datagrams> {
  const receiver = await Datagrams.open();
  closers.push(() => receiver.close());
  return receiver;
}

type Lookup = NonNullable<SocketOptions['lookup']>;
type Answer = Parameters<Lookup>[2];

/** A tracer to a host whose name is resolved when the test says so. */
function openNamed(
  port: number,
  closeTimeoutMs: number,
): { tracer: JaegerTracer; asked: Answer[]; answer: () => void } {
  const asked: Answer[] = [];
  const lookup: Lookup = (_name, _options, callback) => void asked.push(callback);
  const tracer = openUdpTracer(port, {
    agentHost: 'agent.test',
    agentSocketType: { type: 'udp4', lookup },
    closeTimeoutMs,
  });
  return { tracer, asked, answer: () => asked.shift()!(null, '127.0.0.1', 4) };
}

describe('close', () => {
  test('twice, at once and later, is one promise, and calls each callback once', async () => {
    const receiver = await openReceiver();
    const tracer = openUdpTracer(receiver.port);
    const names = makeSpans(tracer, 3);
    const called: number[] = [];
    const first = tracer.close(() => called.push(1));
    const second = tracer.close(() => called.push(2));
    expect(second).toBe(first);
    await first;
    expect(tracer.close(() => called.push(3))).toBe(first);
    await settle();
    expect(called).toStrictEqual([1, 2, 3]);
    await receiver.settle();
    expect(receiver.operations()).toStrictEqual(names);
    expect(tracer.stats()).toMatchObject({ sent: 3, waiting: 0 });
  });

  test('while datagrams are being sent, sends all of them, in order', async () => {
    const receiver = await openReceiver();
    const tracer = openUdpTracer(receiver.port, { maxPacketSize: 1000 });
    const names = makeSpans(tracer, 300);
    const flushed = tracer.flush();
    // One is in the kernel's hands now, and the others wait for it.
    await tracer.close();
    await flushed;
    await receiver.settle();
    expect(receiver.messages.length).toBeGreaterThan(10);
    expect(receiver.operations()).toStrictEqual(names);
    expectAccounted(tracer.stats());
    expect(tracer.stats()).toMatchObject({ sent: 300, waiting: 0 });
  });

  test('while the name is being resolved, waits for it, and sends', async () => {
    const receiver = await openReceiver();
    const { tracer, answer } = openNamed(receiver.port, 10_000);
    const names = makeSpans(tracer, 5);
    let closed = false;
    const closing = tracer.close(() => (closed = true));
    await settle();
    expect([closed, tracer.stats().waiting]).toStrictEqual([false, 5]);
    answer();
    await closing;
    await receiver.settle();
    expect(receiver.operations()).toStrictEqual(names);
    expect(tracer.stats()).toMatchObject({ sent: 5, waiting: 0 });
  });

  test('ends by its deadline where the name is never resolved; a late answer is no matter', async () => {
    const receiver = await openReceiver();
    const { tracer, answer } = openNamed(receiver.port, 20);
    makeSpans(tracer, 5);
    await tracer.close();
    expect(tracer.stats()).toMatchObject({ sent: 0, waiting: 0, dropped: { closed: 5 } });
    answer();
    await settle();
    await receiver.settle();
    expect(receiver.messages).toStrictEqual([]);
    expectAccounted(tracer.stats());
    expect(tracer.stats()).toMatchObject({ sent: 0, dropped: { closed: 5 } });
  });

  test('before anything was sent asks for no address', async () => {
    const { tracer, asked } = openNamed(await refusedPort(), 10_000);
    tracer.startSpan('open');
    await tracer.close();
    expect(asked).toStrictEqual([]);
  });

  test('with an agent that is absent ends, and every span is counted', async () => {
    const tracer = openUdpTracer(await refusedPort(), { maxPacketSize: 1000 });
    for (let i = 0; i < 5; i++) {
      makeSpans(tracer, 50);
      await tracer.flush();
      expectAccounted(tracer.stats());
    }
    makeSpans(tracer, 50);
    await tracer.close();
    expectAccounted(tracer.stats());
    expect(tracer.stats()).toMatchObject({ finished: 300, waiting: 0, open: 0 });
  });

  test('spans that finish after it are counted as closed, and nothing more is sent', async () => {
    const receiver = await openReceiver();
    const tracer = openUdpTracer(receiver.port);
    const before = tracer.startSpan('before');
    const during = tracer.startSpan('during');
    const after = tracer.startSpan('after');
    before.finish();
    const closing = tracer.close();
    during.finish();
    await closing;
    after.finish();
    tracer.startSpan('started after').finish();
    await tracer.flush();
    await receiver.settle();
    expect(receiver.operations()).toStrictEqual(['before']);
    expectAccounted(tracer.stats());
    expect(tracer.stats()).toMatchObject({ finished: 4, sent: 1, dropped: { closed: 3 } });
  });

  test('of one tracer leaves another one alone', async () => {
    const receiver = await openReceiver();
    const [one, other] = [openUdpTracer(receiver.port), openUdpTracer(receiver.port)];
    await one.close();
    const names = makeSpans(other, 3);
    await other.close();
    await receiver.settle();
    expect(receiver.operations()).toStrictEqual(names);
  });
});
