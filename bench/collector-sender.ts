/** Sends batches to a collector, by the clock or as fast as it answers, and tells its parent how many spans it sent. */
import { createSocket } from 'node:dgram';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sender } from '../src/core/reporting/sender.js';
import { initTracer, RemoteReporter } from '../src/index.js';

const [way, port, rate, seconds] = process.argv.slice(2);
const SPANS_PER_MESSAGE = 60;
const CONNECTIONS = 4;
/** Messages are sent together for so long: a timer knows no shorter time. */
const TICK_MS = 5;

/** Messages of spans of many traces, encoded beforehand. */
async function messages(protocol: 'compact' | 'binary', count: number): Promise<Uint8Array[]> {
  const sent: Uint8Array[] = [];
  const sender: Sender = {
    wire: { protocol, message: way === 'udp' },
    maxMessageBytes: 60_000,
    send: async (bytes) => void sent.push(Uint8Array.from(bytes)),
    close: async () => {},
  };
  const reporter = new RemoteReporter(sender, { bufferFlushInterval: 600_000 });
  const config = { serviceName: 'sender', sampler: { type: 'const', param: 1 } };
  const tracer = initTracer(config, { reporter });
  for (let i = 0; i < count; i++) {
    for (let n = 0; n < SPANS_PER_MESSAGE; n++) {
      const span = tracer.startSpan(`operation ${n % 20}`, {
        tags: { 'span.kind': 'server', 'http.method': 'GET', 'http.url': `/cart/${i}/${n}`, n },
      });
      span.log({ event: 'cache miss' }).finish();
    }
    await tracer.flush();
  }
  await tracer.close();
  return sent;
}

async function sendUdp(datagrams: readonly Uint8Array[]): Promise<number> {
  const socket = createSocket('udp4');
  const perMs = Number(rate) / SPANS_PER_MESSAGE / 1_000;
  const start = performance.now();
  let sent = 0;
  for (let ms = 0; ms < Number(seconds) * 1_000; ms = performance.now() - start) {
    for (; sent < ms * perMs; sent++) {
      const datagram = datagrams[sent % datagrams.length]!;
      await new Promise((resolve) => socket.send(datagram, Number(port), '127.0.0.1', resolve));
    }
    await sleep(TICK_MS);
  }
  socket.close();
  return sent * SPANS_PER_MESSAGE;
}

async function sendHttp(bodies: readonly Uint8Array[]): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const end = performance.now() + Number(seconds) * 1_000;
  let sent = 0;
  const post = (body: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-thrift', 'content-length': body.length };
      const options = {
        host: '127.0.0.1',
        port,
        path: '/api/traces',
        method: 'POST',
        agent,
        headers,
      };
      request(options, (response) => void response.resume().on('end', resolve))
        .on('error', reject)
        .end(body);
    });
  const connection = async (): Promise<void> => {
    while (performance.now() < end) await post(bodies[sent++ % bodies.length]!);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  agent.destroy();
  return sent * SPANS_PER_MESSAGE;
}

const prepared = await messages(way === 'udp' ? 'compact' : 'binary', 500);
const start = performance.now();
const spans = way === 'udp' ? await sendUdp(prepared) : await sendHttp(prepared);
process.send!({ spans, seconds: (performance.now() - start) / 1_000 });
