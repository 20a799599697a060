import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../src/core/sampling/const-sampler.js';
import { Tracer } from '../../../src/node/tracer.js';
import { UDPSender } from '../../../src/node/udp-sender.js';
import { RemoteReporter } from '../../../src/node/wrappers.js';
import { Datagrams, refusedPort } from '../support/datagrams.js';
import { RecordingLogger } from '../support/recording-logger.js';

const opened: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A sender to a port that nobody listens on. */
async function newRefused(): Promise<{ sender: UDPSender; logger: RecordingLogger; port: number }> {
  const logger = new RecordingLogger();
  const port = await refusedPort();
  const sender = new UDPSender({ host: '127.0.0.1', port, logger });
  opened.push(sender);
  return { sender, logger, port };
}

/** Sends a datagram and waits until the kernel has said that nobody listens. */
async function sendAndBeRefused(sender: UDPSender): Promise<void> {
  const before = sender.refusedDatagrams;
  await sender.send(Uint8Array.of(1));
  if (sender.refusedDatagrams === before) await once(sender._client, 'error').catch(() => {});
  expect(sender.refusedDatagrams).toBe(before + 1);
}

describe('a port that nobody listens on', () => {
  test('is counted for each datagram and said once', async () => {
    const { sender, logger } = await newRefused();
    for (let i = 0; i < 5; i++) await sendAndBeRefused(sender);
    expect(sender.refusedDatagrams).toBe(5);
    expect(logger.errors).toHaveLength(1);
    expect(logger.errors[0]).toMatch(/^error sending spans over UDP: .*ECONNREFUSED/);
    expect(logger.infos).toStrictEqual([]);
  });

  test('that somebody listens on at last gets what is sent, and it is said once', async () => {
    const { sender, logger, port } = await newRefused();
    await sendAndBeRefused(sender);
    await sendAndBeRefused(sender);
    const receiver = await Datagrams.open('127.0.0.1', port);
    opened.push(receiver);
    for (let i = 0; i < 6; i++) await sender.send(Uint8Array.of(10 + i));
    const arrived = await receiver.wait(6);
    expect(arrived.map((message) => message[0])).toStrictEqual([10, 11, 12, 13, 14, 15]);
    expect(logger.infos).toStrictEqual([`Spans are taken again at 127.0.0.1:${port}.`]);
    expect(sender.refusedDatagrams).toBe(2);
  });

  test('and a second outage is said again', async () => {
    const { sender, logger, port } = await newRefused();
    await sendAndBeRefused(sender);
    const receiver = await Datagrams.open('127.0.0.1', port);
    for (let i = 0; i < 4; i++) await sender.send(Uint8Array.of(i));
    await receiver.wait(4);
    await receiver.close();
    await sendAndBeRefused(sender);
    expect(logger.errors).toHaveLength(2);
  });

  test('moves no span: each of them had left', async () => {
    const { sender, logger } = await newRefused();
    const reporter = new RemoteReporter(sender, { logger });
    const tracer = new Tracer('shop', reporter, new ConstSampler(true), { logger });
    for (let i = 1; i <= 4; i++) {
      const refused = once(sender._client, 'error').catch(() => {});
      tracer.startSpan('op').finish();
      await tracer.flush();
      await refused;
    }
    expect(tracer.stats()).toMatchObject({ finished: 4, sent: 4, waiting: 0 });
    expect(tracer.stats().dropped.sendFailed).toBe(0);
    await tracer.close();
  });
});
