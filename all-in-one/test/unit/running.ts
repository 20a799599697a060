import { afterEach } from 'vitest';
import {
  type Collector,
  type CollectorOptions,
  type ListenerName,
  startCollector,
} from '../../src/index.js';
import { encode, encodeMessage } from '../../../test/fixtures/apache/apache-thrift.js';
import { apacheBatch, type PlainBatch } from '../../../test/unit/core/wire/arbitrary-batch.js';
import { sendDatagrams } from './collected.js';

const open: Collector[] = [];

afterEach(async () => {
  // What a close says is for the tests of it.
  await Promise.allSettled(open.splice(0).map((collector) => collector.close()));
});

/** A collector on free ports that is closed after the test. */
export async function running(options: CollectorOptions = {}): Promise<Collector> {
  const collector = await startCollector({ freePorts: true, ...options });
  open.push(collector);
  return collector;
}

/** The address of one of its HTTP listeners. */
export function urlOf(collector: Collector, listener: ListenerName, path: string): string {
  const { address, port } = collector.address(listener)!;
  return `http://${address}:${port}${path}`;
}

/** JSON whose shape the test knows: what is not there is undefined. */
export interface Json {
  readonly [key: string]: Json;
}

/** An answer of an API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: Json;
}

export async function ask(url: string, init?: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text)! };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Asks the query port. */
export function query(collector: Collector, path: string, init?: RequestInit): Promise<Answer> {
  return ask(urlOf(collector, 'query', path), init);
}

export function post(
  url: string,
  contentType: string,
  body: NonNullable<RequestInit['body']>,
  headers = {},
): Promise<Answer> {
  return ask(url, { method: 'POST', headers: { 'content-type': contentType, ...headers }, body });
}

/** A batch as the body of a request to port 14268, written by Apache's Thrift. */
export function thriftBody(batch: PlainBatch): Buffer {
  return encode('binary', (protocol) => apacheBatch(batch).write(protocol));
}

/** Sends a batch over UDP, and resolves when it has arrived. */
export async function sendBatch(
  collector: Collector,
  protocol: 'compact' | 'binary',
  batch: PlainBatch,
): Promise<void> {
  const messages = (): number => received(collector, `udp-${protocol}`).messages;
  const before = messages();
  const message = encodeMessage(protocol, apacheBatch(batch));
  await sendDatagrams(collector.address(protocol)!.port, [message]);
  while (messages() === before) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** What one of its receivers has counted. */
export function received(
  collector: Collector,
  name: string,
): ReturnType<Collector['stats']>['receivers'][number] {
  return collector.stats().receivers.find((receiver) => receiver.name === name)!;
}
