import { describe, expect, test } from 'vitest';
import { tagsOfAddress, tagsOfPeer } from '../../../../src/grpc/call/peer.js';

describe('a peer', () => {
  const v4 = (address: string, ip: string, port: number): object => ({
    'peer.address': address,
    'peer.ipv4': ip,
    'peer.port': port,
  });
  const v6 = (address: string, ip: string, port: number): object => ({
    'peer.address': address,
    'peer.ipv6': ip,
    'peer.port': port,
  });

  test.each<[string, object]>([
    ['127.0.0.1:80', v4('127.0.0.1:80', '127.0.0.1', 80)],
    ['[::1]:443', v6('[::1]:443', '::1', 443)],
    ['::1:40462', v6('[::1]:40462', '::1', 40_462)],
    ['[fe80::1%eth0]:1', v6('[fe80::1%eth0]:1', 'fe80::1%eth0', 1)],
    ['::ffff:10.0.0.7:5000', v4('10.0.0.7:5000', '10.0.0.7', 5000)],
    ['[::ffff:10.0.0.7]:5000', v4('10.0.0.7:5000', '10.0.0.7', 5000)],
  ])('%s is an address and a port', (peer, tags) => {
    expect(tagsOfAddress(peer)).toStrictEqual(tags);
  });

  test.each([
    'dns:localhost:50051',
    'localhost:50051',
    '/run/users.sock',
    'unix:/run/users.sock',
    '10.0.0.7',
    '10.0.0.7:port',
    '10.0.0.7:123456',
    ':',
  ])('%s is said as it is', (peer) => {
    expect(tagsOfAddress(peer)).toStrictEqual({ 'peer.address': peer });
  });

  test.each(['', 'unknown'])('%j says nothing', (peer) => {
    expect(tagsOfAddress(peer)).toStrictEqual({});
  });

  test('is worked out once for many calls, and forgotten again after many peers', () => {
    const first = tagsOfAddress('10.0.0.1:1');
    expect(tagsOfAddress('10.0.0.1:1')).toBe(first);
    expect(Object.isFrozen(first)).toBe(true);
    for (let i = 0; i < 600; i++) tagsOfAddress(`10.0.0.2:${i}`);
    expect(tagsOfAddress('10.0.0.1:1')).not.toBe(first);
    expect(tagsOfAddress('10.0.0.1:1')).toStrictEqual(first);
  });

  describe('in parts', () => {
    const atPort = (remotePort: number) => ({
      getPeer: () => 'unknown',
      getConnectionInfo: () => ({ remoteAddress: '::ffff:10.0.0.7', remotePort }),
    });

    test('is the same as in text, and not asked for as text', () => {
      expect(tagsOfPeer(atPort(80))).toStrictEqual(v4('10.0.0.7:80', '10.0.0.7', 80));
      expect(tagsOfPeer(atPort(81))).toStrictEqual(v4('10.0.0.7:81', '10.0.0.7', 81));
    });

    test('is worked out once for many calls, and forgotten again after many peers', () => {
      const first = tagsOfPeer(atPort(80));
      expect(tagsOfPeer(atPort(80))).toBe(first);
      for (let port = 1000; port < 2200; port++) tagsOfPeer(atPort(port));
      expect(tagsOfPeer(atPort(80))).not.toBe(first);
      expect(tagsOfPeer(atPort(80))).toStrictEqual(first);
    });

    test.each<[string, () => object]>([
      ['has none', () => ({})],
      [
        'cannot be asked',
        () => {
          throw new TypeError('nextCall.getConnectionInfo is not a function');
        },
      ],
    ])('of a connection that %s is its text', (_name, getConnectionInfo) => {
      const peer = { getPeer: () => '10.0.0.9:9', getConnectionInfo };
      expect(tagsOfPeer(peer)).toStrictEqual(v4('10.0.0.9:9', '10.0.0.9', 9));
    });
  });
});
