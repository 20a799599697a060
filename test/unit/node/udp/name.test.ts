import dns from 'node:dns';
import type { SocketOptions } from 'node:dgram';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RESOLVE_AGAIN_MS, RESOLVE_PAUSE_MS } from '../../../../src/node/udp/address.js';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import { Datagrams } from '../../support/datagrams.js';
import { failSends, fakeTime, turns, watchSockets } from './injected.js';

/** Two agents on one port: a host of this kind has all of 127.0.0.0/8. */
const FIRST = '127.0.0.1';
const SECOND = '127.0.0.2';

const opened: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function newReceiver(host: string, port?: number): Promise<Datagrams> {
  const receiver = await Datagrams.open(host, port);
  opened.push(receiver);
  return receiver;
}

/** What the name server says, and what it was asked. */
class Names {
  answer: string | string[] | Error;
  readonly asked: string[] = [];

  constructor(answer: string | string[] | Error) {
    this.answer = answer;
  }

  newSender(port: number, host: string = 'agent.test'): UDPSender {
    const lookup = ((hostname: string, _: unknown, callback: (...args: unknown[]) => void) => {
      this.asked.push(hostname);
      const { answer } = this;
      setImmediate(() => (answer instanceof Error ? callback(answer) : callback(null, answer)));
    }) as unknown as NonNullable<SocketOptions['lookup']>;
    const sender = new UDPSender({ host, port, socketType: { type: 'udp4', lookup } });
    opened.push(sender);
    return sender;
  }
}

function notFound(): Error {
  return Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
}

function firstBytes(receiver: Datagrams): number[] {
  return receiver.messages.map((message) => message[0]!);
}

describe('the host name', () => {
  test('is resolved once, and not for each datagram', async () => {
    const receiver = await newReceiver(FIRST);
    const names = new Names([FIRST]);
    const sender = names.newSender(receiver.port);
    for (let i = 0; i < 3; i++) await sender.send(Uint8Array.of(i));
    expect(await receiver.wait(3)).toHaveLength(3);
    expect(names.asked).toStrictEqual(['agent.test']);
  });

  test('that is an address is never looked up, nor is the one that the socket is bound to', async () => {
    const receiver = await newReceiver(FIRST);
    const names = new Names(notFound());
    await names.newSender(receiver.port, FIRST).send(Uint8Array.of(1));
    expect(await receiver.wait(1)).toHaveLength(1);
    expect(names.asked).toStrictEqual([]);
  });

  test('is looked up by Node where the user has no lookup', async () => {
    const lookup = vi.spyOn(dns, 'lookup');
    const receiver = await newReceiver(FIRST);
    const sender = new UDPSender({ port: receiver.port });
    opened.push(sender);
    await sender.send(Uint8Array.of(1));
    await sender.send(Uint8Array.of(2));
    expect(await receiver.wait(2)).toHaveLength(2);
    const names = lookup.mock.calls.map((call) => call.slice(0, 2));
    expect(names.filter(([name]) => name === 'localhost')).toStrictEqual([
      ['localhost', { family: 4, all: true }],
    ]);
  });

  test('that resolves late is found by a later datagram', async () => {
    const time = fakeTime();
    const receiver = await newReceiver(FIRST);
    const names = new Names(notFound());
    const sender = names.newSender(receiver.port);
    for (let i = 0; i < 3; i++) {
      await expect(sender.send(Uint8Array.of(i))).rejects.toMatchObject({
        name: 'SendError',
        code: 'resolve',
        message:
          'error sending spans over UDP: Error: no such name (looked up IPv4 addresses, because the socket type is udp4), ' +
          'packet size: 1, bytes sent: 0',
      });
    }
    expect(names.asked).toHaveLength(1);
    names.answer = [FIRST];
    time.pass(RESOLVE_PAUSE_MS);
    await sender.send(Uint8Array.of(9));
    await receiver.wait(1);
    expect(firstBytes(receiver)).toStrictEqual([9]);
    expect(sender.sendErrors()).toStrictEqual({ resolve: 3 });
  });

  test('that changes its address is followed after 30 s, and no datagram waits for it', async () => {
    const time = fakeTime();
    const first = await newReceiver(FIRST);
    const second = await newReceiver(SECOND, first.port);
    const names = new Names([FIRST]);
    const sender = names.newSender(first.port);
    await sender.send(Uint8Array.of(1));
    names.answer = [SECOND];
    time.pass(RESOLVE_AGAIN_MS - 1);
    await sender.send(Uint8Array.of(2));
    time.pass(1);
    await sender.send(Uint8Array.of(3));
    await turns();
    await sender.send(Uint8Array.of(4));
    await sender.send(Uint8Array.of(5));
    await first.wait(3);
    await second.wait(2);
    expect(firstBytes(first)).toStrictEqual([1, 2, 3]);
    expect(firstBytes(second)).toStrictEqual([4, 5]);
    expect(names.asked).toHaveLength(2);
    expect(sender.sendErrors()).toStrictEqual({});
  });

  test('with several addresses stays at the one it is at, whatever their order', async () => {
    const time = fakeTime();
    const first = await newReceiver(FIRST);
    const { sockets } = watchSockets();
    const names = new Names([FIRST, SECOND]);
    const sender = names.newSender(first.port);
    for (let i = 0; i < 4; i++) {
      await sender.send(Uint8Array.of(i));
      names.answer = i % 2 === 0 ? [SECOND, FIRST] : [FIRST, SECOND];
      time.pass(RESOLVE_AGAIN_MS);
      await turns();
    }
    await first.wait(4);
    expect(firstBytes(first)).toStrictEqual([0, 1, 2, 3]);
    expect(sockets).toHaveLength(1);
  });

  test('that is gone from the name server stays where it was', async () => {
    const time = fakeTime();
    const receiver = await newReceiver(FIRST);
    const names = new Names([FIRST]);
    const sender = names.newSender(receiver.port);
    await sender.send(Uint8Array.of(0));
    names.answer = notFound();
    for (let i = 1; i < 4; i++) {
      time.pass(RESOLVE_AGAIN_MS);
      await sender.send(Uint8Array.of(i));
      await turns();
    }
    await receiver.wait(4);
    expect(names.asked).toHaveLength(4);
    expect(sender.sendErrors()).toStrictEqual({});
  });

  test('of an agent that moved is looked up again as soon as it is refused', async () => {
    const time = fakeTime();
    const first = await Datagrams.open(FIRST);
    const second = await newReceiver(SECOND, first.port);
    const names = new Names([FIRST]);
    const sender = names.newSender(first.port);
    await sender.send(Uint8Array.of(1));
    await first.wait(1);
    await first.close();
    names.answer = [SECOND];
    time.pass(RESOLVE_PAUSE_MS);
    await sender.send(Uint8Array.of(2));
    await turns();
    await sender.send(Uint8Array.of(3));
    await second.wait(1);
    expect(firstBytes(second)).toStrictEqual([3]);
    expect(names.asked).toHaveLength(2);
    expect(sender.sendErrors()).toStrictEqual({ refused: 1 });
  });

  test.each([
    ['EMSGSIZE', 1],
    ['ENOBUFS', 1],
    ['ENETUNREACH', 2],
    ['EINVAL', 2],
  ])('is asked for again after %s, or not: %i', async (error, asked) => {
    const time = fakeTime();
    const receiver = await newReceiver(FIRST);
    const names = new Names([FIRST]);
    const sender = names.newSender(receiver.port);
    await sender.send(Uint8Array.of(1));
    time.pass(RESOLVE_PAUSE_MS);
    failSends(error, Number.POSITIVE_INFINITY);
    await expect(sender.send(Uint8Array.of(2))).rejects.toThrow(error);
    await turns();
    expect(names.asked).toHaveLength(asked);
  });

  test('that goes on being refused is looked up once a second', async () => {
    const time = fakeTime();
    const receiver = await Datagrams.open(FIRST);
    const { port } = receiver;
    await receiver.close();
    const names = new Names([FIRST]);
    const sender = names.newSender(port);
    for (let i = 0; i < 30; i++) {
      await sender.send(Uint8Array.of(i));
      await turns();
      time.pass(RESOLVE_PAUSE_MS / 10);
    }
    // At the first datagram, and then in each of the three seconds.
    expect(names.asked).toHaveLength(3);
    expect(sender.sendErrors()).toStrictEqual({ refused: 30 });
  });
});
