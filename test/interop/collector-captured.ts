import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Datagrams } from '../unit/support/datagrams.js';
import { sendDatagrams } from '../../all-in-one/test/unit/collected.js';

/** A request as it was sent. */
export interface CapturedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What `send` sends to a UDP port of 127.0.0.1. */
export async function captureUdp(send: (port: number) => Promise<void>): Promise<Uint8Array[]> {
  const datagrams = await Datagrams.open();
  try {
    await send(datagrams.port);
    await datagrams.wait(1);
    await datagrams.settle();
    return [...datagrams.messages];
  } finally {
    await datagrams.close();
  }
}

/** What `send` sends to an HTTP server, which answers 202 to all. */
export async function captureHttp(
  send: (origin: string) => Promise<void>,
): Promise<CapturedRequest[]> {
  const requests: CapturedRequest[] = [];
  const server = createServer(async (request, response) => {
    const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
    const headers = { 'content-type': type, ...(encoding && { 'content-encoding': encoding }) };
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    requests.push({ path: request.url!, headers, body });
    response.writeHead(type.includes('thrift') ? 202 : 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await send(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return requests;
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}

export async function replayUdp(port: number, datagrams: readonly Uint8Array[]): Promise<void> {
  await sendDatagrams(port, datagrams);
}

/** Sends requests again; rejects where one is not taken. */
export async function replayHttp(
  origin: string,
  requests: readonly CapturedRequest[],
): Promise<void> {
  for (const { path, headers, body } of requests) {
    const response = await fetch(origin + path, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }
}
