import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import type { UDPSenderOptions } from '../../../../src/node/udp/options.js';
import { Datagrams } from '../../support/datagrams.js';
import { describeSenderContract } from '../../support/sender-contract.js';

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

test('a long queue leaves the rest of the program its turns', async () => {
  const receiver = await newReceiver();
  const sender = newSender({ host: '127.0.0.1', port: receiver.port });
  await sender.send(Uint8Array.of(0));
  let turns = 0;
  const count = (): void => {
    turns++;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  for (let i = 0; i < 160; i++) await sender.send(Uint8Array.of(i));
  clearImmediate(next);
  expect(turns).toBeGreaterThanOrEqual(9);
  // A turn after each datagram would make a long queue slow.
  expect(turns).toBeLessThan(40);
});
