import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { type Collector, startCollector } from '../../all-in-one/src/index.js';
import { encode, encodeMessage } from '../fixtures/apache/apache-thrift.js';
import { sendDatagrams } from '../../all-in-one/test/unit/collected.js';
import { mutationsOf } from '../../all-in-one/test/unit/mutations.js';
import { protobufOf, REQUEST } from '../../all-in-one/test/unit/otlp/request.js';
import { received } from '../../all-in-one/test/unit/running.js';
import { apacheBatch, type PlainBatch } from '../unit/core/wire/arbitrary-batch.js';
import { GOLDEN_BATCH } from '../unit/core/wire/golden-batch.js';
import { captureUdp } from './collector-captured.js';
import { traceWithJaegerClient } from './collector-clients.js';
import { poll } from './peers/peer-process.js';
import { sendWithRuby } from './peers/ruby-client.js';

/*
 * A hundred thousand broken messages, all ways in together. What is not refused is stored, and has to
 * be answered in sound JSON afterwards.
 */

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let collector: Collector;
afterEach(() => collector.close());

const MANY_SPANS: PlainBatch = {
  ...GOLDEN_BATCH,
  spans: Array.from({ length: 10 }, (_, i) => ({
    ...GOLDEN_BATCH.spans[0]!,
    spanId: BigInt(i + 1),
    traceIdLow: BigInt(i % 3) + 5n,
  })),
};
const batches = [GOLDEN_BATCH, MANY_SPANS];

/** Sends all, and waits for each hundred: the kernel's buffer holds no more. */
async function sendUdp(protocol: 'compact' | 'binary', packets: readonly Buffer[]): Promise<void> {
  const { port } = collector.address(protocol)!;
  const counted = (): number => received(collector, `udp-${protocol}`).messages;
  for (let i = 0; i < packets.length; i += 100) {
    const some = packets.slice(i, i + 100);
    const before = counted();
    await sendDatagrams(port, some);
    while (counted() < before + some.length) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Posts all over a few connections; answers with how often each status came. */
async function postAll(
  listener: 'http' | 'otlpHttp' | 'query',
  path: string,
  contentType: string,
  bodies: readonly Buffer[],
): Promise<Map<number, number>> {
  const { address: host, port } = collector.address(listener)!;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const statuses = new Map<number, number>();
  const post = (body: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': contentType, 'content-length': body.length };
      const request = httpRequest(
        { host, port, path, agent, method: 'POST', headers },
        (response) => {
          statuses.set(response.statusCode!, (statuses.get(response.statusCode!) ?? 0) + 1);
          response.resume().once('end', resolve);
        },
      );
      request.on('error', reject).end(body);
    });
  for (let i = 0; i < bodies.length; i += 200) {
    await Promise.all(bodies.slice(i, i + 200).map(post));
  }
  agent.destroy();
  return statuses;
}

const sample = (originals: readonly Uint8Array[], seed: number, count: number): Buffer[] =>
  fc.sample(mutationsOf(originals), { seed, numRuns: count });

/** Every stored trace is answered, and says something that JSON can. */
async function expectAllAnswered(): Promise<void> {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetch(collector.url + path);
    const text = await response.text();
    expect(response.status, `${path}: ${text.slice(0, 500)}`).toBe(200);
    return JSON.parse(text);
  };
  for (const { traceID } of collector.traces()) {
    await get(`/api/traces/${traceID}`);
    await get(`/api/traces/${traceID}?raw=true`);
    await get(`/api/v3/traces/${traceID}`);
  }
  const { data } = (await get('/api/services')) as { data: string[] | null };
  for (const service of (data ?? []).slice(0, 50)) {
    await get(`/api/services/${encodeURIComponent(service)}/operations`);
  }
  await get('/api/summaries?start=0&end=9007199254740991&limit=100000&tag=k:v');
  await get('/api/dependencies?endTs=9007199254740&lookback=9007199254740');
}

describe('mutated messages', () => {
  const ROUNDS = 5;
  /** Of each way in and round; in all 100,000. */
  const COUNTS = { udp: 5_000, thrift: 4_000, json: 3_000, protobuf: 2_000, import: 1_000 };

  test('neither crash it nor grow it, and what they leave is answered', async () => {
    collector = await startCollector({ freePorts: true, maxTraces: 500, maxBytes: 2_000_000 });
    const ruby = await captureUdp(async (port) => {
      await sendWithRuby({ host: '127.0.0.1', port });
    });
    const node = await captureUdp(async (port) => {
      await traceWithJaegerClient({ agentHost: '127.0.0.1', agentPort: port }, true);
    });
    const packets = (encoding: 'compact' | 'binary'): Buffer[] =>
      batches.map((batch) => encodeMessage(encoding, apacheBatch(batch)));
    const bodies = batches.map((batch) =>
      encode('binary', (protocol) => apacheBatch(batch).write(protocol)),
    );
    const json = [Buffer.from(JSON.stringify(REQUEST))];
    const sizes: number[] = [];
    const statuses = new Map<number, number>();
    const add = (counted: Map<number, number>): void =>
      counted.forEach((n, status) => statuses.set(status, (statuses.get(status) ?? 0) + n));
    let exported: Buffer[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const seed = 670 + 10 * round;
      await sendUdp('compact', sample([...packets('compact'), ...ruby], seed, COUNTS.udp));
      await sendUdp('binary', sample([...packets('binary'), ...node], seed + 1, COUNTS.udp));
      add(
        await postAll(
          'http',
          '/api/traces',
          'application/x-thrift',
          sample(bodies, seed + 2, COUNTS.thrift),
        ),
      );
      add(
        await postAll(
          'otlpHttp',
          '/v1/traces',
          'application/json',
          sample(json, seed + 3, COUNTS.json),
        ),
      );
      const protobuf = sample([protobufOf(REQUEST)], seed + 4, COUNTS.protobuf);
      add(await postAll('otlpHttp', '/v1/traces', 'application/x-protobuf', protobuf));
      if (exported.length === 0) {
        const lines = `${JSON.stringify(REQUEST)}\n`.repeat(2);
        exported = [await exportOne(), ...json, Buffer.from(lines)];
      }
      const imports = sample(exported, seed + 5, COUNTS.import);
      add(await postAll('query', '/api/import', 'application/json', imports));
      sizes.push(heapBytes());
    }
    expect([...statuses.keys()].sort()).toEqual([200, 202, 400]);
    const { receivers } = collector.stats();
    const messages = receivers.reduce((sum, receiver) => sum + receiver.messages, 0);
    expect(messages).toBe(100_000);
    for (const { name, malformed, messages: all } of receivers) {
      if (all > 0) expect(malformed, name).toBeGreaterThan(all / 20);
    }
    expect(sizes.at(-1)! - sizes[0]!).toBeLessThan(8_000_000);
    await expectAllAnswered();
  }, 600_000);

  async function exportOne(): Promise<Buffer> {
    const [trace] = collector.traces();
    const response = await fetch(`${collector.url}/api/traces/${trace!.traceID}`);
    return Buffer.from(await response.arrayBuffer());
  }
});

describe('clients that are too much', () => {
  const settled = (ms: number): Promise<unknown> =>
    new Promise((resolve) => setTimeout(resolve, ms));

  test('a body of a gigabyte is refused when it has come to the limit, and is not kept', async () => {
    collector = await startCollector({ freePorts: true });
    const { address, port } = collector.address('otlpHttp')!;
    const before = heapBytes();
    const chunk = Buffer.alloc(1_048_576);
    const socket = connect(port, address);
    let answer = '';
    let sent = 0;
    socket.on('data', (data) => (answer += String(data)));
    socket.on('error', () => {}); // it is closed in our face
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    while (sent < 1024 && !socket.destroyed && socket.writable) {
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      if (!socket.write('\r\n')) {
        await Promise.race([once(socket, 'drain'), closed]).catch(() => {});
      }
      sent++;
    }
    await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(sent).toBeLessThan(200);
    expect(received(collector, 'otlp-http').refusedBy).toEqual({ 'too-large': 1 });
    await settled(100);
    expect(heapBytes() - before).toBeLessThan(30_000_000);
  });

  test('ten thousand connections: those past the limit are told so or closed, and the others served', async () => {
    const limits = { headersTimeoutMs: 100_000, requestTimeoutMs: 100_000 };
    collector = await startCollector({ freePorts: true, limits });
    const { address, port } = collector.address('query')!;
    const sockets: Socket[] = [];
    let closedOnes = 0;
    let told = 0;
    const CLIENTS = 10_000;
    for (let i = 0; i < CLIENTS; i += 500) {
      const some = Array.from({ length: 500 }, () => connect(port, address));
      for (const socket of some) {
        socket.on('data', (data) => (told += String(data).startsWith('HTTP/1.1 503') ? 1 : 0));
        socket.on('error', () => {});
        socket.on('close', () => closedOnes++);
      }
      sockets.push(...some);
      await Promise.all(
        some.map((socket) => (socket.connecting ? once(socket, 'connect') : socket)),
      );
    }
    await poll(() => closedOnes >= CLIENTS - 512, 30_000);
    expect(closedOnes).toBe(CLIENTS - 512);
    expect(told).toBeGreaterThan(0);
    expect(received(collector, 'query').refusedBy).toEqual({ connections: CLIENTS - 512 });
    const live = sockets.find((socket) => !socket.destroyed)!;
    live.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [reply] = (await once(live, 'data')) as [Buffer];
    expect(String(reply)).toMatch(/^HTTP\/1\.1 200 /);
    for (const socket of sockets) socket.destroy();
    await poll(
      async () => (await fetch(`${collector.url}/health`).catch(() => undefined))?.ok === true,
      10_000,
    );
  }, 120_000);

  test('three hundred clients that drip their headers are cut off, and others are served meanwhile', async () => {
    const limits = { headersTimeoutMs: 1_000, requestTimeoutMs: 2_000 };
    collector = await startCollector({ freePorts: true, limits });
    const { address, port } = collector.address('query')!;
    const answers: string[] = [];
    const sockets = Array.from({ length: 300 }, () => connect(port, address));
    const all = sockets.map(async (socket) => {
      let answer = '';
      socket.on('data', (data) => (answer += String(data)));
      socket.on('error', () => {});
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
      await once(socket, 'close');
      answers.push(answer.split('\r\n')[0]!);
    });
    const drip = setInterval(() => {
      for (const socket of sockets) if (socket.writable) socket.write('X: y\r\n');
    }, 100);
    expect((await fetch(`${collector.url}/health`)).status).toBe(200);
    await Promise.all(all);
    clearInterval(drip);
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 408 Request Timeout']));
    expect(received(collector, 'query').refusedBy).toEqual({ timeout: 300 });
  });
});
