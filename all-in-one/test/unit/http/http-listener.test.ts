import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Collector } from '../../../src/index.js';
import { isAllowedHost } from '../../../src/http/host-check.js';
import { post, query, received, running, urlOf } from '../running.js';

const sockets: Socket[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

/** A connection to one of its listeners, and what it is sent. */
async function connected(collector: Collector, listener: 'http' | 'query'): Promise<RawClient> {
  const { address, port } = collector.address(listener)!;
  const socket = connect(port, address);
  sockets.push(socket);
  const client: RawClient = { socket, received: '', closed: once(socket, 'close') };
  socket.on('data', (chunk) => (client.received += String(chunk)));
  socket.on('error', () => {});
  await once(socket, 'connect');
  return client;
}

interface RawClient {
  readonly socket: Socket;
  received: string;
  readonly closed: Promise<unknown>;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the header Host', () => {
  test.each([
    ['localhost', true],
    ['LOCALHOST:16686', true],
    ['spoor.localhost', true],
    ['127.0.0.1:16686', true],
    ['192.168.1.7', true],
    ['[::1]:16686', true],
    ['[::1]', true],
    ['jaeger:16686', true],
    ['Jaeger', true],
    [undefined, true],
    ['evil.example', false],
    ['evil.example:16686', false],
    ['127.0.0.1.evil.example', false],
    ['localhost.evil.example', false],
    ['', false],
    ['a:b:c', false],
    ['jaeger:x', false],
  ])('%s: %s', (host, isAllowed) => {
    expect(isAllowedHost(host, ['127.0.0.1', 'jaeger'])).toBe(isAllowed);
  });

  test('a star allows any', () => {
    expect(isAllowedHost('evil.example', ['*'])).toBe(true);
  });

  const statusFor = (collector: Collector, host: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const url = urlOf(collector, 'query', '/api/services');
      httpRequest(url, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode!);
      })
        .on('error', reject)
        .end();
    });

  test('another name is 403, and counted; a name that was given is not', async () => {
    const collector = await running({ allowedHosts: ['traces.example'] });
    expect(await statusFor(collector, 'evil.example')).toBe(403);
    expect(await statusFor(collector, 'traces.example:80')).toBe(200);
    expect(received(collector, 'query').refusedBy).toEqual({ host: 1 });
  });
});

describe('bodies', () => {
  const limits = { maxBodyBytes: 1_000 };
  const THRIFT = 'application/x-thrift';

  test('one that announces more than the limit is 413 before any of it is sent', async () => {
    const collector = await running({ limits });
    const { socket, closed, ...client } = await connected(collector, 'http');
    let answer = client.received;
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.write(
      `POST /api/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${THRIFT}\r\nContent-Length: 1000000000\r\n\r\n`,
    );
    await until(() => answer.includes('\r\n\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
    await closed;
    expect(received(collector, 'thrift-http').refusedBy).toEqual({ 'too-large': 1 });
  });

  test('one that asks first is told so', async () => {
    const collector = await running({ limits });
    for (const [length, status] of [
      [1_000_000, 413],
      [7, 400],
    ] as const) {
      const got = await new Promise<number>((resolve, reject) => {
        const headers = {
          'content-type': THRIFT,
          'content-length': length,
          expect: '100-continue',
        };
        const request = httpRequest(
          urlOf(collector, 'http', '/api/traces'),
          { method: 'POST', headers },
          (response) => {
            response.resume();
            resolve(response.statusCode!);
          },
        );
        request.on('continue', () => request.end('garbage'));
        request.on('error', reject);
        request.flushHeaders();
      });
      expect(got).toBe(status);
    }
  });

  test('one without an announced length is 413 when it gets there', async () => {
    const collector = await running({ limits });
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(400)),
    });
    const url = urlOf(collector, 'http', '/api/traces');
    const headers = { 'content-type': THRIFT };
    const init = { method: 'POST', headers, body: endless, duplex: 'half' } as RequestInit;
    const { status } = await fetch(url, init);
    expect(status).toBe(413);
  });

  test('one that is small until it is decompressed is 413', async () => {
    const collector = await running({ limits });
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    expect(bomb.length).toBeLessThan(1_100);
    const answer = await post(
      urlOf(collector, 'http', '/api/traces'),
      THRIFT,
      bomb.subarray(0, bomb.length),
      { 'content-encoding': 'gzip' },
    );
    expect(answer.status).toBe(413);
  });

  test('more than may be in memory at once are 503', async () => {
    const collector = await running({ limits: { maxBodyBytes: 1_000, maxBufferedBytes: 500 } });
    const url = urlOf(collector, 'http', '/api/traces');
    const answer = await post(url, THRIFT, new Uint8Array(600));
    expect(answer.status).toBe(503);
    expect(received(collector, 'thrift-http').refusedBy).toEqual({ busy: 1 });
    expect((await post(url, THRIFT, new Uint8Array(400))).status).toBe(400); // what was taken was given back
  });

  test('one whose sender goes away leaves nothing behind', async () => {
    const collector = await running({ limits: { maxBodyBytes: 1_000, maxBufferedBytes: 500 } });
    const url = urlOf(collector, 'http', '/api/traces');
    /** 503 as long as a part of the budget is taken, 400 once it is free. */
    const untilAnswered = async (wanted: number): Promise<void> => {
      let status = 0;
      while (status !== wanted) ({ status } = await post(url, THRIFT, new Uint8Array(450)));
    };
    for (let i = 0; i < 5; i++) {
      const { socket } = await connected(collector, 'http');
      socket.write(
        `POST /api/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${THRIFT}\r\nContent-Length: 450\r\n\r\n`,
      );
      socket.write(Buffer.alloc(400));
      await untilAnswered(503);
      socket.destroy();
      await untilAnswered(400);
    }
  });
});

describe('connections', () => {
  test('past the limit they are 503, and there is room again when others go', async () => {
    const collector = await running({ limits: { maxConnections: 3 } });
    const first = await Promise.all([1, 2, 3].map(() => connected(collector, 'query')));
    // Only an answered connection is known to be counted.
    for (const { socket } of first) socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => first.every(({ received }) => received.startsWith('HTTP/1.1 200 ')));
    const refused = await connected(collector, 'query');
    await refused.closed;
    expect(refused.received).toMatch(
      /^HTTP\/1\.1 503 Service Unavailable\r\nConnection: close\r\n/,
    );
    expect(received(collector, 'query').refusedBy).toEqual({ connections: 1 });
    for (const { socket } of first) socket.destroy();
    await Promise.all(first.map(({ closed }) => closed));
    let status = 0;
    while (status !== 200) {
      ({ status } = await query(collector, '/health').catch(() => ({ status: 0 })));
    }
  });

  test('one that sends its headers a byte at a time is 408', async () => {
    const collector = await running({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 200 } });
    const client = await connected(collector, 'query');
    client.socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX: ');
    const drip = setInterval(() => client.socket.write('x'), 20);
    await client.closed;
    clearInterval(drip);
    expect(client.received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(received(collector, 'query').refusedBy).toEqual({ timeout: 1 });
  });

  test('one that sends its body a byte at a time is 408', async () => {
    const collector = await running({ limits: { headersTimeoutMs: 100, requestTimeoutMs: 200 } });
    const client = await connected(collector, 'http');
    client.socket.write(
      'POST /api/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-thrift\r\nContent-Length: 9999\r\n\r\n',
    );
    const drip = setInterval(() => client.socket.write('x'), 20);
    await client.closed;
    clearInterval(drip);
    expect(client.received).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  test('what is no HTTP is 400', async () => {
    const collector = await running();
    const client = await connected(collector, 'query');
    client.socket.write('\x16\x03\x01 hello\r\n\r\n');
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(received(collector, 'query').refusedBy).toEqual({ 'bad-http': 1 });
  });

  test('headers past 16 kB are 400', async () => {
    const collector = await running();
    const client = await connected(collector, 'query');
    client.socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('a target that is no URL is answered', async () => {
    const collector = await running();
    const client = await connected(collector, 'query');
    client.socket.write('GET http://[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await client.closed;
    expect(client.received).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('close ends open connections and answers', async () => {
    const collector = await running();
    const client = await connected(collector, 'query');
    client.socket.write('GET /api/tail HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => client.received.includes('retry'));
    await collector.close();
    await client.closed;
    await collector.close();
  });
});
