import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import type { UDPSenderOptions } from '../../../../src/node/udp/options.js';
import { Datagrams } from '../../support/datagrams.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { holdSends, turns, watchSockets } from './injected.js';

const opened: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of opened.splice(0)) await one.close();
});

async function newReceiver(): Promise<Datagrams> {
  const receiver = await Datagrams.open();
  opened.push(receiver);
  return receiver;
}

function newSender(port: number, options: UDPSenderOptions = {}): UDPSender {
  const sender = new UDPSender({ host: '127.0.0.1', port, ...options });
  opened.push(sender);
  return sender;
}

/** The code with which a datagram fails; undefined where it leaves. */
async function sendCode(sender: UDPSender, byte: number): Promise<string | undefined> {
  return sender.send(Uint8Array.of(byte)).then(
    () => undefined,
    (error: { code: string }) => error.code,
  );
}

function firstBytes(receiver: Datagrams): number[] {
  return receiver.messages.map((message) => message[0]!);
}

describe('a socket that somebody else closes', () => {
  test.each<[string, () => Promise<void>]>([
    ['and it is seen', () => turns()],
    ['and it is not seen yet', () => Promise.resolve()],
  ])('is replaced, %s: the datagram leaves on the new one', async (_, pause) => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    for (let i = 0; i < 4; i++) {
      const client = sender._client;
      client.close();
      await pause();
      await sender.send(Uint8Array.of(i));
      expect(sender._client).not.toBe(client);
    }
    await receiver.wait(4);
    expect(firstBytes(receiver)).toStrictEqual([0, 1, 2, 3]);
    expect(sender.sendErrors()).toStrictEqual({});
  });

  test('while it connects', async () => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    const sent = sender.send(Uint8Array.of(1));
    for (let i = 0; i < 3; i++) await Promise.resolve();
    sender._client.close();
    await sent;
    expect(await receiver.wait(1)).toHaveLength(1);
    expect(sender.sendErrors()).toStrictEqual({});
  });

  test('while it sends', async () => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    await sender.send(Uint8Array.of(1));
    holdSends(2);
    const sent = [2, 3].map((byte) => sender.send(Uint8Array.of(byte)));
    sender._client.close();
    await Promise.all(sent);
    await receiver.wait(3);
    expect(firstBytes(receiver).sort()).toStrictEqual([1, 2, 3]);
    expect(sender.sendErrors()).toStrictEqual({});
  });

  test('as soon as it is made, by a signal: the datagram fails, and nothing loops', async () => {
    const receiver = await newReceiver();
    const controller = new AbortController();
    const socketType = { type: 'udp4', signal: controller.signal } as const;
    const sender = newSender(receiver.port, { socketType });
    for (let i = 0; i < 20; i++) {
      await sender.send(Uint8Array.of(i));
      sender._client.close();
    }
    await turns();
    expect(getEventListeners(controller.signal, 'abort').length).toBeLessThanOrEqual(1);
    controller.abort();
    for (let i = 0; i < 3; i++) expect(await sendCode(sender, i)).toBe('closed');
    expect(sender.sendErrors()).toStrictEqual({ closed: 3 });
  });
});

describe('close', () => {
  test('while the name is being looked up', async () => {
    const { sockets } = watchSockets();
    let answer: ((...args: unknown[]) => void) | undefined;
    const lookup = ((_: string, __: unknown, callback: () => void) => {
      answer = callback;
    }) as never;
    const sender = newSender(9, { host: 'agent.test', socketType: { type: 'udp4', lookup } });
    const sent = sendCode(sender, 1);
    sender.close();
    expect(await sent).toBe('closed');
    answer!(null, '127.0.0.1');
    await turns();
    expect(sockets).toStrictEqual([]);
    expect(sender.sendErrors()).toStrictEqual({ closed: 1 });
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 8, 10, 20])(
    'after %i steps of the first send: it ends, and nothing stays open',
    async (steps) => {
      for (const host of ['127.0.0.1', 'localhost']) {
        const { open } = watchSockets();
        const sender = newSender(9, { host });
        const sent = sendCode(sender, 1);
        for (let i = 0; i < steps; i++) await Promise.resolve();
        sender.close();
        expect(['closed', undefined]).toContain(await sent);
        await turns();
        expect(open()).toStrictEqual([]);
        vi.restoreAllMocks();
      }
    },
  );

  test('of the sender and of its socket, while it is bound', async () => {
    const { open } = watchSockets();
    const sender = newSender(9);
    const sent = sendCode(sender, 1);
    for (let i = 0; i < 2; i++) await Promise.resolve();
    sender._client.close();
    sender.close();
    expect(await sent).toBe('closed');
    await turns();
    expect(open()).toStrictEqual([]);
  });

  test('while the kernel has the datagram', async () => {
    const receiver = await newReceiver();
    const { open } = watchSockets();
    const sender = newSender(receiver.port);
    await sender.send(Uint8Array.of(1));
    holdSends(1);
    const sent = sendCode(sender, 2);
    sender.close();
    expect(await sent).toBe('closed');
    expect(open()).toStrictEqual([]);
    expect(sender.sendErrors()).toStrictEqual({ closed: 1 });
  });

  test('of a sender that is sending settles the send', async () => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    await sender.send(Uint8Array.of(1));
    const sent = sendCode(sender, 2);
    sender.close();
    expect([undefined, 'closed']).toContain(await sent);
  });

  test('logs nothing', async () => {
    const logger = new RecordingLogger();
    const sender = newSender(9, { logger });
    sender.close();
    sender.close();
    await expect(sender.send(Uint8Array.of(1))).rejects.toThrow(
      /^error sending spans over UDP: Error: the socket was closed, packet size: 1, bytes sent: 0$/,
    );
    expect(logger.errors).toStrictEqual([]);
  });

  test('of a sender whose socket is closed already', async () => {
    const sender = newSender(9);
    sender._client.close();
    sender.close();
    expect(await sendCode(sender, 1)).toBe('closed');
  });
});
