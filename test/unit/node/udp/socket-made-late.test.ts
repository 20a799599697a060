import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { initTracer, type JaegerTracer } from '../../../../src/node/init.js';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import { Datagrams } from '../../support/datagrams.js';
import { systemError, turns } from './injected.js';

const opened: { close(): void | Promise<void> }[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  for (const one of opened.splice(0)) await one.close();
});

/** `dgram.createSocket` is another function until the end of the test. */
function mockCreateSocket(make?: () => unknown): { readonly calls: () => number } {
  const spy = vi.spyOn(dgram, 'createSocket');
  if (make !== undefined) spy.mockImplementation(make as never);
  syncBuiltinESMExports();
  return { calls: () => spy.mock.calls.length };
}

function newTracer(port: number, sampler: object = { type: 'const', param: 1 }): JaegerTracer {
  const reporter = { agentHost: '127.0.0.1', agentPort: port };
  const tracer = initTracer({ serviceName: 'shop', sampler, reporter } as never);
  opened.push(tracer);
  return tracer;
}

function throwForbidden(): never {
  throw systemError('EMFILE', 'socket');
}

describe('a tracer that is made', () => {
  test.each([
    { type: 'const', param: 1 },
    { type: 'probabilistic', param: 0.5 },
    { type: 'ratelimiting', param: 5 },
    { type: 'remote', param: 0.5 },
  ])('with the sampler $type uses no socket, look-up, clock, timer and chance', async (sampler) => {
    const uses = [
      vi.spyOn(dgram, 'createSocket'),
      vi.spyOn(dns, 'lookup'),
      vi.spyOn(crypto, 'randomFillSync'),
      vi.spyOn(Math, 'random'),
      vi.spyOn(Date, 'now'),
      vi.spyOn(performance, 'now'),
      vi.spyOn(globalThis, 'setTimeout'),
      vi.spyOn(globalThis, 'setInterval'),
      vi.spyOn(globalThis, 'setImmediate'),
    ];
    syncBuiltinESMExports();
    const tracer = newTracer(9, sampler);
    expect(uses.map((use) => use.mock.calls.length)).toStrictEqual(uses.map(() => 0));
    tracer.startSpan('op');
    expect(vi.mocked(crypto.randomFillSync)).toHaveBeenCalledOnce();
  });

  test('and closed, with and without a span that is not sampled, never had a socket', async () => {
    const { calls } = mockCreateSocket();
    await newTracer(9).close();
    const tracer = newTracer(9, { type: 'const', param: 0 });
    tracer.startSpan('op').finish();
    await tracer.flush();
    await tracer.close();
    expect(calls()).toBe(0);
  });
});

describe('where sockets are not to be had', () => {
  test.each<[string, () => unknown, string]>([
    ['forbidden', throwForbidden, 'failed'],
    [
      'not permitted',
      () => {
        throw systemError('ERR_ACCESS_DENIED', 'socket');
      },
      'not-permitted',
    ],
    ['mocked to nothing', () => undefined, 'failed'],
    ['mocked to an empty object', () => ({}), 'failed'],
  ])('%s: spans are counted, and go out once there are sockets', async (_name, make, reason) => {
    const receiver = await Datagrams.open();
    opened.push(receiver);
    mockCreateSocket(make);
    const tracer = newTracer(receiver.port);
    for (let i = 0; i < 2; i++) {
      tracer.startSpan('lost').finish();
      await tracer.flush();
    }
    expect(tracer.stats()).toMatchObject({ sent: 0, dropped: { sendFailed: 2 } });
    expect(tracer.sendErrors()).toStrictEqual({ [reason]: 2 });
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    tracer.startSpan('op').finish();
    await tracer.flush();
    await receiver.wait(1);
    expect(receiver.operations()).toStrictEqual(['op']);
  });
});

describe('_client', () => {
  test('is made when it is read, and used', async () => {
    const receiver = await Datagrams.open();
    opened.push(receiver);
    const { calls } = mockCreateSocket();
    const sender = new UDPSender({ host: '127.0.0.1', port: receiver.port });
    opened.push(sender);
    expect(calls()).toBe(0);
    const client = sender._client;
    expect(sender._client).toBe(client);
    await sender.send(Uint8Array.of(1));
    await receiver.wait(1);
    expect([sender._client, calls()]).toStrictEqual([client, 1]);
  });

  test('of a closed sender is closed', async () => {
    const sender = new UDPSender({ host: '127.0.0.1', port: 9 });
    sender.close();
    const client = sender._client;
    await turns();
    expect(() => client.address()).toThrow('Not running');
    expect(sender._client).toBe(client);
  });
});
