import { Socket } from 'node:dgram';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import type { UDPSenderOptions } from '../../../../src/node/udp/options.js';
import { Datagrams } from '../../support/datagrams.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { failSends, systemError, turns, watchSockets } from './injected.js';

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

describe('what the system says of a datagram', () => {
  test.each([
    ['EMSGSIZE', 'too-large'],
    ['ENOBUFS', 'no-buffers'],
    ['ENOMEM', 'no-buffers'],
    ['EPERM', 'not-permitted'],
    ['EACCES', 'not-permitted'],
    ['ENETUNREACH', 'unreachable'],
    ['EHOSTUNREACH', 'unreachable'],
    ['ENETDOWN', 'unreachable'],
    ['EADDRNOTAVAIL', 'unreachable'],
    ['EHOSTDOWN', 'unreachable'],
    ['ECONNREFUSED', 'refused'],
    ['EINVAL', 'failed'],
    ['UNKNOWN', 'failed'],
  ])('%s is %s; each one is counted, and the next one leaves', async (error, code) => {
    const receiver = await newReceiver();
    const logger = new RecordingLogger();
    const sender = newSender(receiver.port, { logger });
    failSends(error, Number.POSITIVE_INFINITY);
    for (let i = 0; i < 3; i++) {
      await expect(sender.send(Uint8Array.of(i))).rejects.toMatchObject({
        name: 'SendError',
        code,
        message: `error sending spans over UDP: Error: send ${error}, packet size: 1, bytes sent: 0`,
      });
    }
    // Each of these refusals was one of an earlier datagram, but the last, which is as far as it is tried.
    const refusedDatagrams = code === 'refused' ? 6 : 0;
    expect(sender.refusedDatagrams).toBe(refusedDatagrams);
    expect(sender.sendErrors()).toStrictEqual({ [code]: 3 + refusedDatagrams });
    vi.restoreAllMocks();
    for (let i = 10; i < 13; i++) await sender.send(Uint8Array.of(i));
    await receiver.wait(3);
    expect(firstBytes(receiver)).toStrictEqual([10, 11, 12]);
    // The reporter says what it was told; the sender says the rest.
    expect(logger.errors).toHaveLength(refusedDatagrams > 0 ? 1 : 0);
  });

  test.each<[string, boolean]>([
    ['EMSGSIZE', true],
    ['ENOBUFS', true],
    ['EPERM', true],
    ['ENETUNREACH', false],
    ['EINVAL', false],
  ])('after %s the socket is as good as before: %s', async (error, isKept) => {
    const receiver = await newReceiver();
    const { sockets, open } = watchSockets();
    const sender = newSender(receiver.port);
    failSends(error, Number.POSITIVE_INFINITY);
    await expect(sender.send(Uint8Array.of(1))).rejects.toThrow(error);
    vi.mocked(Socket.prototype.send).mockRestore();
    await sender.send(Uint8Array.of(2));
    expect(sockets).toHaveLength(isKept ? 1 : 2);
    expect(open()).toStrictEqual([sender._client]);
  });

  test('a datagram is not lost to a socket that had worked and works no more', async () => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    await sender.send(Uint8Array.of(1));
    const worked = sender._client;
    // As after a change of the host's own address: this socket fails for ever, and a new one works.
    vi.spyOn(worked, 'send').mockImplementation(((...args: unknown[]) => {
      process.nextTick(args.at(-1) as (error: Error) => void, systemError('ENETUNREACH'));
    }) as never);
    await sender.send(Uint8Array.of(2));
    await receiver.wait(2);
    expect(firstBytes(receiver)).toStrictEqual([1, 2]);
    expect(sender._client).not.toBe(worked);
    expect(sender.sendErrors()).toStrictEqual({});
  });

  test('an answer that is pending is not the next datagram’s', async () => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    await sender.send(Uint8Array.of(1));
    for (const [code, counts] of [
      ['EHOSTUNREACH', { unreachable: 1 }],
      ['ECONNREFUSED', { unreachable: 1, refused: 1 }],
    ] as const) {
      failSends(code, 1);
      await sender.send(Uint8Array.of(2));
      vi.restoreAllMocks();
      expect(sender.sendErrors()).toStrictEqual(counts);
    }
    expect((await receiver.wait(3)).length).toBe(3);
    expect(sender.refusedDatagrams).toBe(2);
  });

  test('a count that was given out stays as it is', async () => {
    const sender = newSender(9);
    const before = sender.sendErrors();
    failSends('ENOBUFS');
    expect(await sendCode(sender, 1)).toBe('no-buffers');
    expect(before).toStrictEqual({});
    expect(sender.sendErrors()).toStrictEqual({ 'no-buffers': 1 });
  });
});

describe('what the kernel itself refuses', () => {
  test('a datagram larger than any, and the next one leaves', async () => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    for (const size of [65_508, 70_000]) {
      await expect(sender.send(new Uint8Array(size))).rejects.toMatchObject({
        name: 'SendError',
        code: 'too-large',
        message: expect.stringMatching(
          new RegExp(
            `^error sending spans over UDP: .*EMSGSIZE.*, packet size: ${size}, bytes sent: 0$`,
          ),
        ),
      });
    }
    await sender.send(new Uint8Array(65_507));
    expect(await receiver.wait(1)).toHaveLength(1);
    expect(sender.sendErrors()).toStrictEqual({ 'too-large': 2 });
  });

  test('an address for all hosts', async () => {
    const sender = newSender(6831, { host: '127.255.255.255' });
    for (let i = 0; i < 2; i++) {
      await expect(sender.send(Uint8Array.of(1))).rejects.toMatchObject({
        code: 'not-permitted',
        message: expect.stringMatching(/EACCES/),
      });
    }
    expect(sender.sendErrors()).toStrictEqual({ 'not-permitted': 2 });
  });

  test.each<[string, 'udp4' | 'udp6', string]>([
    [
      '127.0.0.1',
      'udp6',
      '127.0.0.1 is an IPv4 address, but the socket type is udp6; set it to udp4',
    ],
    ['::1', 'udp4', '::1 is an IPv6 address, but the socket type is udp4; set it to udp6'],
  ])('the address %s on a socket of %s', async (host, socketType, text) => {
    const { sockets } = watchSockets();
    const sender = newSender(6831, { host, socketType });
    await expect(sender.send(Uint8Array.of(1))).rejects.toMatchObject({
      code: 'resolve',
      message: `error sending spans over UDP: Error: ${text}, packet size: 1, bytes sent: 0`,
    });
    expect(sockets).toStrictEqual([]);
  });
});

describe('a socket that cannot be bound', () => {
  test('is an error of each datagram until it can be', async () => {
    const receiver = await newReceiver();
    const sender = newSender(receiver.port);
    const bind = vi.spyOn(Socket.prototype, 'bind').mockImplementation(function (this: Socket) {
      process.nextTick(() => this.emit('error', systemError('EMFILE', 'bind')));
      return this;
    });
    const first = sender._client;
    expect(await sendCode(sender, 1)).toBe('failed');
    expect(await sendCode(sender, 2)).toBe('failed');
    expect(sender._client).not.toBe(first);
    bind.mockRestore();
    await sender.send(Uint8Array.of(3));
    await receiver.wait(1);
    expect(firstBytes(receiver)).toStrictEqual([3]);
    expect(sender.sendErrors()).toStrictEqual({ failed: 2 });
  });

  test('and is closed meanwhile is closed all the same', async () => {
    const sender = newSender(9);
    const closed: Socket[] = [];
    vi.spyOn(Socket.prototype, 'bind').mockImplementation(function (this: Socket) {
      this.on('close', () => closed.push(this));
      setImmediate(() => this.emit('error', systemError('EMFILE', 'bind')));
      return this;
    });
    const sent = sendCode(sender, 1);
    await Promise.resolve();
    sender.close();
    expect(await sent).toBe('closed');
    await turns();
    expect(closed).toStrictEqual([sender._client]);
  });
});

describe('a long outage', () => {
  test.each(['ENETUNREACH', 'ENOBUFS', 'EINVAL', 'ECONNREFUSED'])(
    '%s leaves one socket, and no listener more than at first',
    async (error) => {
      const warn = vi.spyOn(process, 'emitWarning');
      const receiver = await newReceiver();
      const { sockets, open } = watchSockets();
      const sender = newSender(receiver.port);
      await sender.send(Uint8Array.of(1));
      const before = listenersOf(sender._client);
      failSends(error, Number.POSITIVE_INFINITY);
      for (let i = 0; i < 100; i++) expect(await sendCode(sender, i)).toBeDefined();
      expect(open().length).toBeLessThanOrEqual(1);
      vi.mocked(Socket.prototype.send).mockRestore();
      await sender.send(Uint8Array.of(2));
      await turns();
      expect(open()).toStrictEqual([sender._client]);
      expect(listenersOf(sender._client)).toStrictEqual(before);
      for (const socket of sockets) expect(socket.listenerCount('error')).toBeLessThanOrEqual(2);
      await receiver.wait(2);
      expect(firstBytes(receiver)).toStrictEqual([1, 2]);
      expect(warn).not.toHaveBeenCalled();
    },
  );

  test('datagrams that are sent at the same time share a socket', async () => {
    const receiver = await newReceiver();
    const { sockets } = watchSockets();
    const sender = newSender(receiver.port, { host: 'localhost' });
    await Promise.all(Array.from({ length: 20 }, (_, i) => sender.send(Uint8Array.of(i))));
    expect(await receiver.wait(20)).toHaveLength(20);
    expect(sockets).toHaveLength(1);
    sender._client.close();
    await Promise.all(Array.from({ length: 20 }, (_, i) => sender.send(Uint8Array.of(i))));
    expect(await receiver.wait(40)).toHaveLength(40);
    expect(sockets).toHaveLength(2);
  });
});

function listenersOf(socket: Socket): Record<string, number> {
  return Object.fromEntries(
    socket.eventNames().map((name) => [String(name), socket.listenerCount(name)]),
  );
}
