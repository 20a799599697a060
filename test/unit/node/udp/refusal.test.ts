import { afterEach, describe, expect, test, vi } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { Refusals } from '../../../../src/node/udp/refusals.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import { RemoteReporter } from '../../../../src/node/tracer/wrappers.js';
import { Datagrams, refusedPort } from '../../support/datagrams.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { fakeTime, systemError, turns, watchSockets } from './injected.js';

/** Longer than the silence after which somebody listens again. */
const QUIET_MS = 2_000;

const opened: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A sender to a port that nobody listens on. */
async function newRefused(): Promise<{ sender: UDPSender; logger: RecordingLogger; port: number }> {
  const logger = new RecordingLogger();
  const port = await refusedPort();
  const sender = new UDPSender({ host: '127.0.0.1', port, logger });
  opened.push(sender);
  return { sender, logger, port };
}

/** Sends a datagram, and lets the kernel say that nobody listens. */
async function sendAndBeRefused(sender: UDPSender): Promise<void> {
  const before = sender.refusedDatagrams;
  await sender.send(Uint8Array.of(1));
  for (let i = 0; i < 100 && sender.refusedDatagrams === before; i++) await turns(1);
  expect(sender.refusedDatagrams).toBe(before + 1);
}

describe('a port that nobody listens on', () => {
  test('is counted for each datagram and said once', async () => {
    const { sender, logger, port } = await newRefused();
    for (let i = 0; i < 5; i++) await sendAndBeRefused(sender);
    expect(sender.refusedDatagrams).toBe(5);
    expect(sender.sendErrors()).toStrictEqual({ refused: 5 });
    expect(logger.errors).toHaveLength(1);
    expect(logger.errors[0]).toMatch(
      new RegExp(
        `^error sending spans over UDP: Error: .*ECONNREFUSED.* \\(127\\.0\\.0\\.1:${port}\\)$`,
      ),
    );
    expect(logger.infos).toStrictEqual([]);
  });

  test('loses no datagram to the refusal of the one before, however fast they follow', async () => {
    const time = fakeTime();
    const { sender, logger, port } = await newRefused();
    for (let i = 0; i < 10; i++) {
      await sender.send(Uint8Array.of(i));
      // Old enough to be replaced: not while the answer to the last one is on its way.
      time.pass(QUIET_MS);
    }
    await turns();
    expect(sender.sendErrors()).toStrictEqual({ refused: 10 });
    const receiver = await Datagrams.open('127.0.0.1', port);
    opened.push(receiver);
    for (let i = 10; i < 20; i++) await sender.send(Uint8Array.of(i));
    expect((await receiver.wait(10)).map((message) => message[0])).toStrictEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
    ]);
    expect(sender.sendErrors()).toStrictEqual({ refused: 10 });
    expect(logger.errors).toHaveLength(1);
  });

  test('that somebody listens on at last gets what is sent, and it is said once', async () => {
    const time = fakeTime();
    const { sender, logger, port } = await newRefused();
    await sendAndBeRefused(sender);
    await sendAndBeRefused(sender);
    const receiver = await Datagrams.open('127.0.0.1', port);
    opened.push(receiver);
    time.pass(QUIET_MS);
    for (let i = 0; i < 6; i++) await sender.send(Uint8Array.of(10 + i));
    const arrived = await receiver.wait(6);
    expect(arrived.map((message) => message[0])).toStrictEqual([10, 11, 12, 13, 14, 15]);
    expect(logger.infos).toStrictEqual([`Agent at 127.0.0.1:${port} accepts spans again`]);
    expect(sender.refusedDatagrams).toBe(2);
  });

  test('and a second outage is said again', async () => {
    const time = fakeTime();
    const { sender, logger, port } = await newRefused();
    await sendAndBeRefused(sender);
    const receiver = await Datagrams.open('127.0.0.1', port);
    time.pass(QUIET_MS);
    for (let i = 0; i < 4; i++) await sender.send(Uint8Array.of(i));
    await receiver.wait(4);
    await receiver.close();
    await sendAndBeRefused(sender);
    expect(logger.errors).toHaveLength(2);
    expect(logger.infos).toHaveLength(1);
  });

  test('moves no span: each of them had left', async () => {
    const { sender, logger } = await newRefused();
    const reporter = new RemoteReporter(sender, { logger });
    const tracer = new Tracer('shop', reporter, new ConstSampler(true), { logger });
    for (let i = 1; i <= 4; i++) {
      tracer.startSpan('op').finish();
      await tracer.flush();
    }
    await turns();
    expect(tracer.stats()).toMatchObject({ finished: 4, sent: 4, waiting: 0 });
    expect(tracer.stats().dropped.sendFailed).toBe(0);
    expect(sender.sendErrors()).toStrictEqual({ refused: 4 });
    await tracer.close();
  });

  test('gets a new socket once a second', async () => {
    const time = fakeTime();
    const { sender } = await newRefused();
    const { sockets, open } = watchSockets();
    for (let i = 0; i < 30; i++) {
      await sendAndBeRefused(sender);
      time.pass(100);
    }
    expect(sockets).toHaveLength(3);
    expect(open().length).toBeLessThanOrEqual(1);
    expect(sender.refusedDatagrams).toBe(30);
  });
});

describe('another answer of the network', () => {
  test('is counted by its reason, said once, and moves no span', async () => {
    const logger = new RecordingLogger();
    const receiver = await Datagrams.open();
    opened.push(receiver);
    const sender = new UDPSender({ host: '127.0.0.1', port: receiver.port, logger });
    opened.push(sender);
    for (let i = 0; i < 3; i++) {
      await sender.send(Uint8Array.of(i));
      sender._client.emit('error', systemError('EHOSTUNREACH', 'recvmsg'));
    }
    await sender.send(Uint8Array.of(3));
    expect((await receiver.wait(4)).map((message) => message[0])).toStrictEqual([0, 1, 2, 3]);
    expect(sender.sendErrors()).toStrictEqual({ unreachable: 3 });
    expect(logger.errors).toStrictEqual([
      `error sending spans over UDP: Error: recvmsg EHOSTUNREACH (127.0.0.1:${receiver.port})`,
    ]);
  });
});

describe('an outage', () => {
  test('is over after three datagrams and two seconds without a refusal', () => {
    const refusals = new Refusals();
    expect(refusals.noteSent(0)).toBe(false);
    expect(refusals.note(0)).toBe(true);
    expect(refusals.note(1)).toBe(false);
    // Many datagrams, but in a time that hosts do not send two refusals in.
    for (let i = 0; i < 10; i++) expect(refusals.noteSent(2_000)).toBe(false);
    expect(refusals.areGoingOn).toBe(true);
    expect(refusals.note(2_000)).toBe(false);
    // Enough time, but few datagrams.
    expect(refusals.noteSent(10_000)).toBe(false);
    expect(refusals.noteSent(20_000)).toBe(false);
    expect(refusals.noteSent(20_001)).toBe(true);
    expect(refusals.areGoingOn).toBe(false);
    expect(refusals.noteSent(20_002)).toBe(false);
    expect(refusals.note(20_003)).toBe(true);
  });
});
