import { Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startUdpReceiver, type UdpReceiver, type UdpReceiverOptions } from '../../../src/index.js';
import { encodeMessage, ENCODINGS } from '../../../../test/fixtures/apache/apache-thrift.js';
import { apacheBatch, decodedBatch } from '../../../../test/unit/core/wire/arbitrary-batch.js';
import { GOLDEN_BATCH } from '../../../../test/unit/core/wire/golden-batch.js';
import { Arrivals, sendDatagrams } from '../collected.js';

const open: UdpReceiver[] = [];
const ignore = (): void => {};

async function listen(options: UdpReceiverOptions): Promise<UdpReceiver> {
  const receiver = await startUdpReceiver(options);
  open.push(receiver);
  return receiver;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});

describe.each(ENCODINGS)('%s', (protocol) => {
  const message = encodeMessage(protocol, apacheBatch(GOLDEN_BATCH));

  test('hands over each batch, counted, with the sender and the size', async () => {
    const arrivals = new Arrivals<[batch: unknown, info: unknown]>();
    const receiver = await listen({ protocol, onBatch: (...both) => arrivals.add(both) });
    expect(receiver.protocol).toBe(protocol);
    await sendDatagrams(receiver.address().port, [message, message]);
    await arrivals.wait(2);
    expect(arrivals.items[1]).toEqual([
      decodedBatch(GOLDEN_BATCH),
      { address: '127.0.0.1', port: expect.any(Number), bytes: message.length, protocol },
    ]);
    expect(receiver.stats()).toEqual({
      packets: 2,
      batches: 2,
      spans: 2,
      malformed: 0,
      withTrailingBytes: 0,
    });
  });

  test('a datagram that is no batch is counted and told, and the next one arrives', async () => {
    const batches = new Arrivals();
    const errors = new Arrivals<[error: unknown, info: unknown]>();
    const receiver = await listen({
      protocol,
      onBatch: batches.add,
      onMalformed: (...both) => errors.add(both),
    });
    const other = encodeMessage(
      protocol === 'compact' ? 'binary' : 'compact',
      apacheBatch(GOLDEN_BATCH),
    );
    const wrong = [other, message.subarray(0, 40), new Uint8Array(0)];
    await sendDatagrams(receiver.address().port, [...wrong, message]);
    await batches.wait(1);
    expect(errors.items.map(([error]) => (error as { code: string }).code)).toEqual([
      'bad-protocol',
      'truncated',
      'truncated',
    ]);
    expect(errors.items[1]![1]).toMatchObject({ address: '127.0.0.1', bytes: 40 });
    expect(receiver.stats()).toMatchObject({ packets: 4, batches: 1, malformed: 3 });
  });

  test('without onMalformed a datagram that is no batch is only counted', async () => {
    const batches = new Arrivals();
    const receiver = await listen({ protocol, onBatch: batches.add });
    await sendDatagrams(receiver.address().port, [Uint8Array.of(1), message]);
    await batches.wait(1);
    expect(receiver.stats()).toMatchObject({ packets: 2, malformed: 1 });
  });

  test('bytes behind a batch are counted, and the batch is taken', async () => {
    const batches = new Arrivals();
    const receiver = await listen({ protocol, onBatch: batches.add });
    await sendDatagrams(receiver.address().port, [Buffer.concat([message, Buffer.of(0)])]);
    await batches.wait(1);
    expect(receiver.stats()).toMatchObject({ batches: 1, withTrailingBytes: 1 });
  });
});

test('a datagram of the largest size arrives whole', async () => {
  const batches = new Arrivals();
  const receiver = await listen({ protocol: 'compact', onBatch: batches.add });
  const name = 'n'.repeat(65_400);
  const batch = { ...GOLDEN_BATCH, spans: [], process: { serviceName: name } };
  await sendDatagrams(receiver.address().port, [encodeMessage('compact', apacheBatch(batch))]);
  await batches.wait(1);
  expect(batches.items[0]!.process.serviceName).toBe(name);
});

test('listens on loopback by default', async () => {
  const receiver = await listen({ protocol: 'compact', onBatch: ignore });
  expect(receiver.address()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
});

// A container may have no IPv6 at all.
test.runIf(hasIPv6Loopback())('listens on IPv6 when the host is such an address', async () => {
  const batches = new Arrivals();
  const receiver = await listen({ protocol: 'compact', host: '::1', onBatch: batches.add });
  expect(receiver.address()).toMatchObject({ address: '::1', family: 'IPv6' });
  const message = encodeMessage('compact', apacheBatch(GOLDEN_BATCH));
  await sendDatagrams(receiver.address().port, [message], '::1');
  await batches.wait(1);
});

function hasIPv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );
}

test('a port that is taken rejects with the system error', async () => {
  const { port } = (await listen({ protocol: 'compact', onBatch: ignore })).address();
  await expect(
    startUdpReceiver({ protocol: 'binary', port, onBatch: ignore }),
  ).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});

test('close frees the port, may be called again, and leaves address and stats', async () => {
  const receiver = await startUdpReceiver({ protocol: 'compact', onBatch: ignore });
  const { port } = receiver.address();
  await Promise.all([receiver.close(), receiver.close()]);
  await receiver.close();
  expect(receiver.address().port).toBe(port);
  expect(receiver.stats().packets).toBe(0);
  await listen({ protocol: 'compact', port, onBatch: ignore });
});

test('the receive buffer takes the size that was asked for', async () => {
  const usual = await listen({ protocol: 'compact', onBatch: ignore });
  const system = usual.receiveBufferBytes();
  expect(system).toBeGreaterThan(0);
  const small = await listen({ protocol: 'compact', receiveBufferBytes: 1, onBatch: ignore });
  expect(small.receiveBufferBytes()).toBe(system);
  const setRecvBufferSize = vi.spyOn(Socket.prototype, 'setRecvBufferSize');
  await listen({ protocol: 'compact', receiveBufferBytes: 2 * system, onBatch: ignore });
  expect(setRecvBufferSize.mock.calls).toEqual([[2 * system]]);
  setRecvBufferSize.mockRestore();
});

test('a system that refuses so large a receive buffer is asked for half of it', async () => {
  const setRecvBufferSize = vi.spyOn(Socket.prototype, 'setRecvBufferSize');
  setRecvBufferSize.mockImplementationOnce(() => {
    throw new Error('ENOBUFS');
  });
  await listen({ protocol: 'compact', receiveBufferBytes: 2 ** 30, onBatch: ignore });
  expect(setRecvBufferSize.mock.calls).toEqual([[2 ** 30], [2 ** 29]]);
  setRecvBufferSize.mockRestore();
});

test('what the system reports of the open socket is told, and the next datagram arrives', async () => {
  const batches = new Arrivals();
  const errors = new Arrivals<Error>();
  const sockets: Socket[] = [];
  const bind = vi.spyOn(Socket.prototype, 'bind').mockImplementation(function (
    this: Socket,
    ...args: unknown[]
  ) {
    sockets.push(this);
    bind.mockRestore();
    return this.bind(...(args as Parameters<Socket['bind']>));
  });
  const receiver = await listen({ protocol: 'compact', onBatch: batches.add, onError: errors.add });
  sockets[0]!.emit('error', new Error('ENOMEM'));
  expect(errors.items.map(({ message }) => message)).toEqual(['ENOMEM']);
  const message = encodeMessage('compact', apacheBatch(GOLDEN_BATCH));
  await sendDatagrams(receiver.address().port, [message]);
  await batches.wait(1);
});
