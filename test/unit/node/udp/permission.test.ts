import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkNetAccess, type NetAccess } from '../../../../src/node/udp/permission.js';
import { UDPSender } from '../../../../src/node/udp/sender.js';
import { Datagrams } from '../../support/datagrams.js';
import { watchSockets } from './injected.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A Deno that was started with `--allow-net=granted,...`; what it says of the rest is `otherwise`. */
function stubDeno(granted: Set<string>, otherwise: string = 'prompt'): string[] {
  const asked: string[] = [];
  const querySync = ({ name, host }: { name: string; host: string }): { state: string } => {
    expect(name).toBe('net');
    asked.push(host);
    if (host.includes(' ')) throw new URIError(`invalid host '${host}'`);
    return { state: granted.has(host) ? 'granted' : otherwise };
  };
  vi.stubGlobal('Deno', { permissions: { querySync } });
  return asked;
}

const ACCESS: NetAccess = { family: 4, name: undefined, address: '10.0.0.1', port: 6831 };

describe('without Deno', () => {
  test.each<unknown>([undefined, null, {}, { permissions: {} }])('%j: nothing is asked', (Deno) => {
    vi.stubGlobal('Deno', Deno);
    expect(checkNetAccess(ACCESS)).toBeUndefined();
  });
});

describe('with Deno', () => {
  test('the address that is bound and the one that is reached are asked for', () => {
    const asked = stubDeno(new Set(['0.0.0.0:0', '10.0.0.1:6831']));
    checkNetAccess(ACCESS);
    expect(asked).toStrictEqual(['0.0.0.0:0', '10.0.0.1:6831']);
  });

  test.each<[Partial<NetAccess>, string[], string, string]>([
    [{}, [], '0.0.0.0:0 and 10.0.0.1:6831', '0.0.0.0:0,10.0.0.1:6831'],
    [{}, ['10.0.0.1:6831'], '0.0.0.0:0', '0.0.0.0:0,10.0.0.1:6831'],
    [{}, ['0.0.0.0:0'], '10.0.0.1:6831', '0.0.0.0:0,10.0.0.1:6831'],
    [{ family: 6, address: '::1' }, [], '[::]:0 and [::1]:6831', '[::]:0,[::1]:6831'],
    [
      { name: 'localhost', address: undefined },
      ['0.0.0.0:0'],
      'localhost',
      '0.0.0.0:0,localhost,127.0.0.1:6831',
    ],
    [
      { name: 'localhost', address: undefined, family: 6 },
      [],
      '[::]:0 and localhost',
      '[::]:0,localhost,[::1]:6831',
    ],
    [
      { name: 'agent', address: undefined },
      [],
      '0.0.0.0:0 and agent',
      '0.0.0.0:0,agent,<address of agent>:6831',
    ],
    [
      { name: 'a b', address: undefined },
      ['0.0.0.0:0'],
      'a b',
      '0.0.0.0:0,a b,<address of a b>:6831',
    ],
    [{ address: undefined }, [], '0.0.0.0:0', '0.0.0.0:0'],
  ])('%j with %j: no access to %s', (access, granted, missing, flag) => {
    for (const state of ['prompt', 'denied']) {
      stubDeno(new Set(granted), state);
      expect(() => checkNetAccess({ ...ACCESS, ...access })).toThrow(
        expect.objectContaining({
          reason: 'not-permitted',
          message:
            `Deno denies network access to ${missing}; ` +
            `run with --allow-net or --allow-net=${flag}`,
        }),
      );
    }
  });
});

describe('a sender', () => {
  test('that is not permitted binds nothing, and sends as soon as it is', async () => {
    const receiver = await Datagrams.open();
    const granted = new Set<string>();
    stubDeno(granted);
    const { sockets } = watchSockets();
    const sender = new UDPSender({ host: '127.0.0.1', port: receiver.port });
    for (const grant of ['0.0.0.0:0', `127.0.0.1:${receiver.port}`]) {
      await expect(sender.send(Uint8Array.of(1))).rejects.toMatchObject({
        name: 'SendError',
        code: 'not-permitted',
        message: expect.stringContaining(`--allow-net=0.0.0.0:0,127.0.0.1:${receiver.port}`),
      });
      granted.add(grant);
    }
    expect(sockets).toStrictEqual([]);
    expect(sender.sendErrors()).toStrictEqual({ 'not-permitted': 2 });
    await sender.send(Uint8Array.of(2));
    expect([...(await receiver.wait(1))[0]!]).toStrictEqual([2]);
    sender.close();
    await receiver.close();
  });

  test('asks for the name before it is looked up, for its address after', async () => {
    const granted = new Set(['0.0.0.0:0']);
    const asked = stubDeno(granted);
    const sender = new UDPSender({ port: 6831 });
    await expect(sender.send(Uint8Array.of(1))).rejects.toThrow(
      /denies network access to localhost;/,
    );
    expect(asked).toStrictEqual(['0.0.0.0:0', 'localhost']);
    granted.add('localhost');
    await expect(sender.send(Uint8Array.of(1))).rejects.toThrow(
      /denies network access to 127\.0\.0\.1:6831;/,
    );
    sender.close();
  });

  test('with a lookup of the user’s does not ask for the name', async () => {
    const asked = stubDeno(new Set(['0.0.0.0:0']));
    const lookup = ((_: string, __: unknown, callback: (...answer: unknown[]) => void) => {
      callback(null, '127.0.0.1', 4);
    }) as never;
    const sender = new UDPSender({ host: 'agent', port: 9, socketType: { type: 'udp4', lookup } });
    await expect(sender.send(Uint8Array.of(1))).rejects.toThrow(
      /denies network access to 127\.0\.0\.1:9;/,
    );
    expect(asked).toStrictEqual(['0.0.0.0:0', '0.0.0.0:0', '127.0.0.1:9']);
    sender.close();
  });
});
