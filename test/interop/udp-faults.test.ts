import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Datagrams } from '../unit/support/datagrams.js';
import { poll } from './peers/peer-process.js';
import { type PythonAgent, startPythonAgent } from './peers/python-agent.js';
import { expectAccounted } from './tracing.js';
import {
  openNetwork,
  type ProgramState,
  type TestNetwork,
  type TracedProgram,
} from './udp-faults-network.js';

const RECOVERY_DEADLINE_MS = 15_000;
/** A host answers at most six refused datagrams in a row, and then one a second: no more may be sent, to be counted. */
const SPAN_PAUSE_MS = 400;

let network: TestNetwork;
let python: PythonAgent;
let agent: Datagrams;
let program: TracedProgram | undefined;
let port: number;
const listening = new Set<Datagrams>();

beforeAll(async () => {
  python = await startPythonAgent();
});

afterAll(async () => {
  await python?.stop();
});

beforeEach(async () => {
  network = openNetwork();
  agent = await listen(network.agents[0]);
  ({ port } = agent);
});

afterEach(async () => {
  try {
    await program?.end();
  } finally {
    network.close();
    program = undefined;
    for (const receiver of listening) await receiver.close();
    listening.clear();
  }
});

async function listen(host: string, onPort?: number): Promise<Datagrams> {
  const receiver = await Datagrams.open(host, onPort);
  listening.add(receiver);
  return receiver;
}

async function stopListening(receiver: Datagrams): Promise<void> {
  listening.delete(receiver);
  await receiver.close();
}

async function start(host: string = network.agents[0]): Promise<void> {
  program = await network.start(host, port);
}

function spans(count: number): Promise<ProgramState> {
  return program!.spans(count);
}

/** The program makes three spans, and this many of them fail, for this reason. */
async function expectFailing(code: string, failed: number, text: RegExp): Promise<void> {
  const { log, errors, refused } = await spans(3);
  expect({ [code]: failed }).toEqual(errors);
  expect(refused).toBe(0);
  expect(log).toEqual([expect.stringMatching(text)]);
}

/** It makes three more, all of which arrive, and says once that it works again. */
async function expectWorkingAgain(lines: readonly string[]): Promise<void> {
  const { log } = await spans(3);
  expect(log).toEqual(lines);
}

const AGAIN = ['info: Reporter sends spans again'];

/**
 * What the program counts as sent is what arrived here, and what was refused; and Apache Thrift for Python reads
 * all of it.
 */
async function expectAgreement(receivers: readonly Datagrams[] = [agent]): Promise<string[]> {
  const { stats, errors, refused } = await spans(0);
  expectAccounted(stats);
  const arrived = (): number => receivers.reduce((sum, { messages }) => sum + messages.length, 0);
  await poll(() => arrived() >= stats.sent - refused, RECOVERY_DEADLINE_MS, 5);
  expect(arrived() + refused).toBe(stats.sent);
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0) - refused;
  expect(stats).toMatchObject({ waiting: 0, open: 0, dropped: { sendFailed: failed } });
  const operations = receivers.flatMap((receiver) => receiver.operations());
  expect(new Set(operations).size).toBe(stats.sent - refused);
  await judge(receivers.flatMap((receiver) => receiver.messages));
  return operations;
}

/** Passes the datagrams on to the Python agent, which must read as many spans in them. */
async function judge(messages: readonly Uint8Array[]): Promise<void> {
  const before = python.spanCount();
  const socket = createSocket('udp4');
  for (const message of messages) {
    socket.send(message, python.ports.compact, '127.0.0.1');
  }
  await python.waitForSpans(before + messages.length, RECOVERY_DEADLINE_MS);
  expect(python.errors).toEqual([]);
  socket.close();
  await once(socket, 'close');
}

describe('the host’s own network', () => {
  test('its interface goes down and comes up', async () => {
    await start();
    await spans(3);
    network.run('ip', 'link', 'set', network.device, 'down');
    await expectFailing(
      'unreachable',
      3,
      /^error: Failed to flush spans in reporter: .*ENETUNREACH/,
    );
    network.run('ip', 'link', 'set', network.device, 'up');
    await expectWorkingAgain(AGAIN);
    expect(await expectAgreement()).toHaveLength(6);
  });

  test('is not there from the start, and comes', async () => {
    network.run('ip', 'link', 'set', network.device, 'down');
    await start();
    await expectFailing('unreachable', 3, /ENETUNREACH/);
    network.run('ip', 'link', 'set', network.device, 'up');
    await expectWorkingAgain(AGAIN);
    expect(await expectAgreement()).toHaveLength(3);
  });

  test('its address changes, and no span is lost', async () => {
    const [first, second] = network.hosts;
    await start();
    await spans(3);
    network.run('ip', 'addr', 'del', first, 'dev', network.device);
    network.run('ip', 'addr', 'add', second, 'dev', network.device);
    await expectWorkingAgain([]);
    expect(await expectAgreement()).toHaveLength(6);
  });

  test.each([
    ['prohibit', 'not-permitted', /EACCES/],
    ['unreachable', 'unreachable', /EHOSTUNREACH/],
    ['blackhole', 'failed', /EINVAL/],
  ])('a route of the kind %s is in the way, and goes', async (kind, code, text) => {
    const route = [kind, `${network.agents[0]}/32`];
    await start();
    await spans(3);
    network.run('ip', 'route', 'add', ...route);
    await expectFailing(code, 3, text);
    network.run('ip', 'route', 'del', ...route);
    await expectWorkingAgain(AGAIN);
    expect(await expectAgreement()).toHaveLength(6);
  });
});

describe('a firewall', () => {
  beforeEach(() => {
    network.run('nft', 'add table inet faults');
    network.run('nft', 'add chain inet faults out { type filter hook output priority 0; }');
    network.run('nft', 'add chain inet faults in { type filter hook input priority 0; }');
  });

  test('that lets nothing out: EPERM', async () => {
    await start();
    await spans(3);
    network.run('nft', `add rule inet faults out udp dport ${port} drop`);
    await expectFailing('not-permitted', 3, /EPERM/);
    network.run('nft', 'flush chain inet faults out');
    await expectWorkingAgain(AGAIN);
    expect(await expectAgreement()).toHaveLength(6);
  });

  test('on the other side that says no: each datagram had left, and is counted', async () => {
    network.run(
      'nft',
      `add rule inet faults in udp dport ${port} reject with icmp type admin-prohibited`,
    );
    await start('127.0.0.1');
    const { log, errors, stats, refused } = await spans(3);
    expect(errors).toEqual({ unreachable: 3 });
    expect({ refused, sent: stats.sent }).toEqual({ refused: 3, sent: 3 });
    expect(log).toEqual([
      `error: error sending spans over UDP: Error: recvmsg EHOSTUNREACH (127.0.0.1:${port})`,
    ]);
    expect(await expectAgreement()).toEqual([]);
  });
});

describe('the agent', () => {
  /** Spans, one at a time, until the program logs `text`. */
  async function spansUntil(text: string): Promise<void> {
    const said = await poll(
      async () => (await spans(1)).log.some((line) => line.includes(text)),
      RECOVERY_DEADLINE_MS,
      SPAN_PAUSE_MS,
    );
    expect(said).toBe(true);
  }

  test('dies and is started again', async () => {
    await start();
    await spans(3);
    const dead = agent;
    await stopListening(dead);
    const { log, errors } = await spans(3);
    expect(errors).toEqual({ refused: 3 });
    expect(log).toEqual([
      `error: error sending spans over UDP: Error: recvmsg ECONNREFUSED (${network.agents[0]}:${port})`,
    ]);
    agent = await listen(network.agents[0], port);
    await spansUntil(`Agent at ${network.agents[0]}:${port} accepts spans again`);
    expect((await expectAgreement([dead, agent])).length).toBeGreaterThan(5);
  });

  test('has a name that is known late, and that moves to another host', async () => {
    const [here, there] = network.agents;
    await start('agent.test');
    const { log, errors } = await spans(3);
    expect(errors).toEqual({ resolve: 3 });
    expect(log).toEqual([
      expect.stringMatching(
        /^error: Failed to flush spans in reporter: .* agent\.test \(looked up IPv4/,
      ),
    ]);
    network.setHosts(`${here} agent.test\n`);
    await spansUntil('Reporter sends spans again');
    const left = agent;
    await stopListening(left);
    network.setHosts(`${there} agent.test\n`);
    agent = await listen(there, port);
    await spansUntil('Agent at agent.test');
    expect(agent.messages.length).toBeGreaterThan(0);
    await expectAgreement([left, agent]);
  });
});
