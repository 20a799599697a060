import type { SocketOptions } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { UDPSender, type UDPSenderOptions } from '../../../src/node/udp-sender.js';
import { Datagrams } from '../support/datagrams.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { describeSenderContract } from '../support/sender-contract.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);
const opened: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

async function newReceiver(host?: string): Promise<Datagrams> {
  const receiver = await Datagrams.open(host);
  opened.push(receiver);
  return receiver;
}

function newSender(options: UDPSenderOptions): UDPSender {
  const sender = new UDPSender(options);
  opened.push(sender);
  return sender;
}

describe.each(['compact', 'binary'] as const)('%s', (protocol) => {
  describeSenderContract('UDPSender', async () => {
    const receiver = await newReceiver();
    const sender = newSender({ host: '127.0.0.1', port: receiver.port, protocol });
    return { sender, received: (count) => receiver.wait(count) };
  });
});

describe('options', () => {
  test.each<[UDPSenderOptions | undefined, string]>([
    [undefined, 'UDPSender(compact, localhost:6831)'],
    [{}, 'UDPSender(compact, localhost:6831)'],
    [{ host: '', port: 0 }, 'UDPSender(compact, localhost:6831)'],
    [{ port: 6832 }, 'UDPSender(binary, localhost:6832)'],
    [{ protocol: 'binary' }, 'UDPSender(binary, localhost:6832)'],
    [{ port: 6832, protocol: 'compact' }, 'UDPSender(compact, localhost:6832)'],
    [{ host: 'agent', port: 1234 }, 'UDPSender(compact, agent:1234)'],
  ])('%j', (options, text) => {
    const sender = new UDPSender(options);
    opened.push(sender);
    expect(String(sender)).toBe(text);
    expect(sender.wire).toStrictEqual({ protocol: text.slice(10).split(',')[0], message: true });
    expect(sender.maxMessageBytes).toBe(65_000);
  });

  test('maxPacketSize', () => {
    expect(newSender({ maxPacketSize: 1400 }).maxMessageBytes).toBe(1400);
  });

  test('an unknown kind of socket throws, as in Node', () => {
    expect(() => new UDPSender({ socketType: 'udp5' as never })).toThrow(
      expect.objectContaining({
        name: 'TypeError',
        code: 'ERR_SOCKET_BAD_TYPE',
        message: 'Bad socket type specified. Valid types are: udp4, udp6',
      }),
    );
  });
});

describe('over the loopback', () => {
  test('IPv4, by name', async () => {
    const receiver = await newReceiver();
    const sender = newSender({ port: receiver.port });
    await sender.send(Uint8Array.of(1, 2, 3));
    expect([...(await receiver.wait(1))[0]!]).toStrictEqual([1, 2, 3]);
  });

  test.runIf(hasIpv6)('IPv6', async () => {
    const receiver = await newReceiver('::1');
    const sender = newSender({ host: '::1', port: receiver.port, socketType: 'udp6' });
    await sender.send(Uint8Array.of(1, 2, 3));
    expect([...(await receiver.wait(1))[0]!]).toStrictEqual([1, 2, 3]);
  });

  test('Buffers and views', async () => {
    const receiver = await newReceiver();
    const sender = newSender({ host: '127.0.0.1', port: receiver.port });
    const memory = new Uint8Array(100).fill(7);
    memory.set([1, 2], 50);
    await sender.send(Buffer.from(memory.buffer, 50, 2));
    expect([...(await receiver.wait(1))[0]!]).toStrictEqual([1, 2]);
  });
});

describe('a datagram that no network takes', () => {
  test('is an error with its size, and the next one leaves', async () => {
    const receiver = await newReceiver();
    const sender = newSender({ host: '127.0.0.1', port: receiver.port });
    await expect(sender.send(new Uint8Array(70_000))).rejects.toMatchObject({
      name: 'SendError',
      code: 'too-large',
      message: expect.stringMatching(
        /^error sending spans over UDP: .*EMSGSIZE.*, packet size: 70000, bytes sent: 0$/,
      ),
    });
    await sender.send(Uint8Array.of(1));
    expect(await receiver.wait(1)).toHaveLength(1);
  });
});

describe('the host name', () => {
  const lookingUp = (answer: () => string | Error, asked: string[]): UDPSenderOptions => {
    const lookup = ((
      hostname: string,
      _options: unknown,
      callback: (...args: unknown[]) => void,
    ) => {
      asked.push(hostname);
      const found = answer();
      setImmediate(() => (found instanceof Error ? callback(found) : callback(null, found, 4)));
    }) as unknown as NonNullable<SocketOptions['lookup']>;
    return { host: 'agent.test', socketType: { type: 'udp4', lookup } };
  };

  test('is resolved once, and not for each datagram', async () => {
    const asked: string[] = [];
    const receiver = await newReceiver();
    const sender = newSender({ ...lookingUp(() => '127.0.0.1', asked), port: receiver.port });
    for (let i = 0; i < 3; i++) await sender.send(Uint8Array.of(i));
    await receiver.wait(3);
    // Node looks the wildcard address up, too, when it binds the socket.
    expect(asked.filter((name) => name === 'agent.test')).toHaveLength(1);
  });

  test('that does not resolve is an error, and is tried again with the next datagram', async () => {
    const asked: string[] = [];
    const receiver = await newReceiver();
    let known = false;
    const answer = (): string | Error =>
      known ? '127.0.0.1' : Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const sender = newSender({
      ...lookingUp(() => (asked.at(-1) === 'agent.test' ? answer() : '0.0.0.0'), asked),
      port: receiver.port,
    });
    await expect(sender.send(Uint8Array.of(1))).rejects.toMatchObject({ code: 'resolve' });
    known = true;
    await sender.send(Uint8Array.of(2));
    expect([...(await receiver.wait(1))[0]!]).toStrictEqual([2]);
  });
});

describe('close', () => {
  test('while the name is being resolved ends the send', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const sender = newSender({ host, port: 9 });
      const sent = sender.send(Uint8Array.of(1));
      sender.close();
      await expect(sent).rejects.toMatchObject({ name: 'SendError', code: 'closed' });
    }
  });

  test('of a sender that is sending settles the send', async () => {
    const receiver = await newReceiver();
    const sender = newSender({ host: '127.0.0.1', port: receiver.port });
    await sender.send(Uint8Array.of(1));
    const sent = sender.send(Uint8Array.of(2)).then(
      () => 'sent',
      (error: { code: string }) => error.code,
    );
    sender.close();
    expect(['sent', 'closed']).toContain(await sent);
  });

  test('logs nothing', async () => {
    const logger = new RecordingLogger();
    const sender = newSender({ host: '127.0.0.1', port: 9, logger });
    sender.close();
    sender.close();
    await expect(sender.send(Uint8Array.of(1))).rejects.toThrow(/closed/);
    expect(logger.errors).toStrictEqual([]);
  });
});
