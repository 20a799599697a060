import { describe, expect, test } from 'vitest';
import {
  AgentAddress,
  type AgentAddressSetup,
  type IpFamily,
  RESOLVE_AGAIN_MS,
  RESOLVE_PAUSE_MS,
} from '../../../../src/node/udp/address.js';

/** A name server of the test's, and its clock. */
class Names {
  readonly asked: unknown[][] = [];
  time = 0;
  /** What the next lookups answer; a function throws or answers by itself. */
  answer: unknown = ['10.0.0.1'];
  /** Answers that are held back until `release`. */
  held: (() => void)[] = [];
  hold = false;

  open(host: string = 'agent', family: IpFamily = 4): AgentAddress {
    const lookup: AgentAddressSetup['lookup'] = (hostname, options, callback) => {
      this.asked.push([hostname, options]);
      const { answer } = this;
      const say = (): void => (answer instanceof Error ? callback(answer) : callback(null, answer));
      if (this.hold) this.held.push(say);
      else queueMicrotask(say);
    };
    return new AgentAddress({ host, family, lookup, now: () => this.time });
  }

  async release(): Promise<void> {
    for (const say of this.held.splice(0)) say();
    await settled();
  }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

const NOT_FOUND = Object.assign(new Error('getaddrinfo ENOTFOUND agent'), { code: 'ENOTFOUND' });

test('an answer is good for 30 s, and lookups are a second apart', () => {
  expect([RESOLVE_AGAIN_MS, RESOLVE_PAUSE_MS]).toStrictEqual([30_000, 1_000]);
});

describe('an address', () => {
  test.each<[string, IpFamily]>([
    ['10.1.2.3', 4],
    ['::1', 6],
    ['fe80::1%eth0', 6],
    ['::ffff:10.1.2.3', 6],
  ])('%s is never looked up', async (host, family) => {
    const names = new Names();
    const address = names.open(host, family);
    expect(address.isName).toBe(false);
    expect(address.current).toBe(host);
    expect(await address.resolve()).toBe(host);
    names.time = 10 * RESOLVE_AGAIN_MS;
    address.doubt();
    address.refresh();
    expect(names.asked).toStrictEqual([]);
  });

  test.each<[string, IpFamily, string]>([
    ['10.1.2.3', 6, '10.1.2.3 is an IPv4 address, but the socket type is udp6; set it to udp4'],
    ['::1', 4, '::1 is an IPv6 address, but the socket type is udp4; set it to udp6'],
  ])('%s of the other family than the socket', async (host, family, message) => {
    const address = new Names().open(host, family);
    expect(address.current).toBeUndefined();
    await expect(address.resolve()).rejects.toMatchObject({ reason: 'resolve', message });
  });
});

describe('a name', () => {
  test('is asked for once, with all addresses of the family', async () => {
    const names = new Names();
    const address = names.open();
    expect(address.isName).toBe(true);
    expect(address.current).toBeUndefined();
    expect(await Promise.all([address.resolve(), address.resolve()])).toStrictEqual([
      '10.0.0.1',
      '10.0.0.1',
    ]);
    expect(await address.resolve()).toBe('10.0.0.1');
    expect(names.asked).toStrictEqual([['agent', { family: 4, all: true }]]);
  });

  test.each<[string, unknown]>([
    ['one, as text', '10.0.0.9'],
    ['a list of texts', ['10.0.0.9', '10.0.0.8']],
    ['a list with families', [{ address: '10.0.0.9', family: 4 }]],
    ['one with its family', { address: '10.0.0.9', family: 4 }],
    ['among others of no use', ['::1', null, 5, { address: 7 }, 'text', { address: '10.0.0.9' }]],
  ])('an answer may be %s', async (_, answer) => {
    const names = new Names();
    names.answer = answer;
    expect(await names.open().resolve()).toBe('10.0.0.9');
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no address', []],
    ['addresses of the other family', ['::1']],
  ])('an answer with %s is none', async (_, answer) => {
    const names = new Names();
    names.answer = answer;
    await expect(names.open().resolve()).rejects.toMatchObject({
      reason: 'resolve',
      message:
        'no address found for agent (looked up IPv4 addresses, because the socket type is udp4)',
    });
  });

  test('that has none is asked for once a second, and found when it is there', async () => {
    const names = new Names();
    const address = names.open();
    names.answer = NOT_FOUND;
    for (const time of [0, 1, 500, RESOLVE_PAUSE_MS - 1]) {
      names.time = time;
      await expect(address.resolve()).rejects.toMatchObject({
        reason: 'resolve',
        message:
          'getaddrinfo ENOTFOUND agent (looked up IPv4 addresses, because the socket type is udp4)',
      });
    }
    expect(names.asked).toHaveLength(1);
    names.time = RESOLVE_PAUSE_MS;
    names.answer = ['10.0.0.1'];
    expect(await address.resolve()).toBe('10.0.0.1');
  });

  test('the runtime’s no to the lookup is told from a name that is not there', async () => {
    const names = new Names();
    names.answer = Object.assign(new Error('getaddrinfo EPERM agent'), { code: 'EPERM' });
    await expect(names.open().resolve()).rejects.toMatchObject({ reason: 'not-permitted' });
  });

  test.each<[string, () => never]>([
    [
      'an error',
      () => {
        throw new Error('broken');
      },
    ],
    [
      'what has no text',
      () => {
        throw Object.create(null) as Error;
      },
    ],
  ])('a lookup that throws %s', async (_, lookup) => {
    const address = new AgentAddress({ host: 'agent', family: 4, lookup, now: () => 0 });
    await expect(address.resolve()).rejects.toMatchObject({ reason: 'resolve' });
  });

  test('a lookup may answer at once, and twice', async () => {
    const address = new AgentAddress({
      host: 'agent',
      family: 4,
      lookup: (_, __, callback) => {
        callback(null, ['10.0.0.1']);
        callback(null, ['10.0.0.1']);
      },
      now: () => 0,
    });
    expect(await address.resolve()).toBe('10.0.0.1');
  });
});

describe('a name that is known', () => {
  async function known(): Promise<{ names: Names; address: AgentAddress }> {
    const names = new Names();
    const address = names.open();
    await address.resolve();
    return { names, address };
  }

  test('is looked up again when 30 s have gone by, and is good meanwhile', async () => {
    const { names, address } = await known();
    names.answer = ['10.0.0.2'];
    names.time = RESOLVE_AGAIN_MS - 1;
    address.refresh();
    expect(names.asked).toHaveLength(1);
    names.time = RESOLVE_AGAIN_MS;
    names.hold = true;
    address.refresh();
    address.refresh();
    expect(names.asked).toHaveLength(2);
    expect(address.current).toBe('10.0.0.1');
    expect(await address.resolve()).toBe('10.0.0.1');
    await names.release();
    expect(address.current).toBe('10.0.0.2');
    names.time += RESOLVE_AGAIN_MS - 1;
    address.refresh();
    expect(names.asked).toHaveLength(2);
  });

  test('stays where it is while that is among the answers', async () => {
    const { names, address } = await known();
    for (const answer of [
      ['10.0.0.3', '10.0.0.1'],
      ['10.0.0.2', '10.0.0.1', '10.0.0.3'],
      '10.0.0.1',
    ]) {
      names.answer = answer;
      names.time += RESOLVE_AGAIN_MS;
      address.refresh();
      await settled();
      expect(address.current).toBe('10.0.0.1');
    }
    expect(names.asked).toHaveLength(4);
  });

  test.each<[string, unknown]>([
    ['an error', NOT_FOUND],
    ['nothing', []],
    ['addresses of the other family', ['::1']],
  ])('stays where it is when the answer is %s', async (_, answer) => {
    const { names, address } = await known();
    names.answer = answer;
    names.time += RESOLVE_AGAIN_MS;
    address.refresh();
    await settled();
    expect(names.asked).toHaveLength(2);
    expect(address.current).toBe('10.0.0.1');
    expect(await address.resolve()).toBe('10.0.0.1');
  });

  test('is looked up again after an error, but once a second', async () => {
    const { names, address } = await known();
    names.time = 1;
    address.doubt();
    address.refresh();
    expect(names.asked).toHaveLength(1);
    names.time = RESOLVE_PAUSE_MS;
    names.answer = ['10.0.0.2'];
    address.refresh();
    await settled();
    expect(names.asked).toHaveLength(2);
    expect(address.current).toBe('10.0.0.2');
    names.time += 5_000;
    address.doubt();
    await settled();
    expect(names.asked).toHaveLength(3);
  });

  test('an error while it is being looked up brings the next lookup forward', async () => {
    const { names, address } = await known();
    names.hold = true;
    names.time = RESOLVE_AGAIN_MS;
    address.refresh();
    address.doubt();
    await names.release();
    expect(names.asked).toHaveLength(2);
    names.time += RESOLVE_PAUSE_MS;
    address.refresh();
    expect(names.asked).toHaveLength(3);
  });
});

describe('close', () => {
  test('ends the wait for an answer, and no other lookup begins', async () => {
    const names = new Names();
    names.hold = true;
    const address = names.open();
    const resolved = address.resolve();
    address.close();
    await expect(resolved).rejects.toMatchObject({ reason: 'closed' });
    await names.release();
    await expect(address.resolve()).rejects.toMatchObject({ reason: 'closed' });
    address.doubt();
    expect(names.asked).toHaveLength(1);
  });
});
