import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServerResponse } from 'node:http';
import { EventEmitter } from 'node:events';
import type { Exchange } from '../../../../src/http/answer.js';
import { Tail } from '../../../../src/query/api/tail.js';
import type { TraceStore } from '../../../../src/store/trace-store.js';
import { hex16, process, roomyStore, span } from '../../spans.js';
import { received, running, urlOf } from '../../running.js';

/** Reads events of a stream as they come. */
async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
    }
  }
}

test('HEAD is answered, and is no reader', async () => {
  const collector = await running();
  const response = await fetch(urlOf(collector, 'query', '/api/tail'), { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(collector.stats().tailReaders).toBe(0);
});

test('a reader over HTTP hears of what arrives', async () => {
  const collector = await running();
  const response = await fetch(urlOf(collector, 'query', '/api/tail'));
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(collector.stats().tailReaders).toBe(1);
  const stream = events(response.body!);
  expect((await stream.next()).value).toBe('retry: 2000');
  const imported = {
    data: [
      {
        processes: { p1: { serviceName: 'shop' } },
        spans: [
          {
            traceID: 'ab',
            spanID: '1',
            operationName: 'op',
            startTime: 1,
            duration: 2,
            processID: 'p1',
          },
        ],
      },
    ],
  };
  await fetch(urlOf(collector, 'query', '/api/import'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(imported),
  });
  const event = (await stream.next()).value as string;
  expect(event.split('\n')[0]).toBe('event: trace');
  expect(JSON.parse(event.split('\ndata: ')[1]!)).toMatchObject({
    traceID: hex16(0xab),
    spanCount: 1,
  });
  await stream.return(undefined);
  while (collector.stats().tailReaders > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(received(collector, 'query').refused).toBe(0);
});

describe('with a clock of its own', () => {
  let store: TraceStore;
  let tail: Tail;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    store = roomyStore();
    tail = new Tail(store);
  });

  afterEach(() => {
    tail.close();
    vi.useRealTimers();
  });

  interface FakeReader {
    /** What was written to it since it was attached. */
    readonly told: string[];
    /** Bytes that it has not read yet. */
    backlog: number;
    readonly ends: number[];
    readonly socketTimeouts: number[];
    readonly leave: () => void;
  }

  function reader(path = '/api/tail', backlog = 0): FakeReader {
    const response = Object.assign(new EventEmitter(), {
      writeHead: () => response,
      write: (text: string) => fake.told.push(text),
      end: () => fake.ends.push(performance.now()),
    });
    const fake: FakeReader = {
      told: [],
      backlog,
      ends: [],
      socketTimeouts: [],
      leave: () => void response.emit('close'),
    };
    Object.defineProperty(response, 'writableLength', { get: () => fake.backlog });
    const request = { socket: { setTimeout: (ms: number) => fake.socketTimeouts.push(ms) } };
    tail.attach({
      request,
      response: response as unknown as ServerResponse,
      url: new URL(path, 'http://localhost'),
    } as unknown as Exchange);
    fake.told.length = 0;
    return fake;
  }

  const add = (trace: number, service = 'shop', spanId = 1): void =>
    store.add(process(service), [span({ traceID: hex16(trace), spanID: hex16(spanId) })]);

  const summaries = (told: readonly string[]): unknown[] =>
    [...told.join('').matchAll(/event: trace\ndata: (.*)\n/g)].map(([, json]) => JSON.parse(json!));

  test('a trace is told once in half a second, as it is then', () => {
    const { told } = reader();
    add(1);
    add(1, 'bank', 2);
    vi.advanceTimersByTime(499);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(summaries(told)).toMatchObject([{ traceID: hex16(1), spanCount: 2 }]);
    add(1, 'bank', 3);
    vi.advanceTimersByTime(500);
    expect(summaries(told)).toMatchObject([{ spanCount: 2 }, { spanCount: 3 }]);
  });

  test('only what comes after the request, and of the service that is wanted', () => {
    add(1);
    const all = reader();
    const bank = reader('/api/tail?service=bank');
    add(2);
    add(3, 'bank');
    vi.advanceTimersByTime(500);
    expect(summaries(all.told)).toHaveLength(2);
    expect(summaries(bank.told)).toMatchObject([{ traceID: hex16(3) }]);
  });

  test('a sign of life in every 15 seconds in which nothing arrives', () => {
    vi.advanceTimersByTime(20_000);
    const { told } = reader();
    vi.advanceTimersByTime(14_999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([': alive\n\n']);
    vi.advanceTimersByTime(14_999);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(told).toHaveLength(2);
  });

  const lagging = (skipped: number): string => `event: lagging\ndata: {"skipped":${skipped}}\n\n`;

  test('what is too much is counted, once', () => {
    const { told } = reader();
    for (let trace = 1; trace <= 510; trace++) add(trace);
    for (let trace = 1; trace <= 500; trace++) add(trace, 'bank', 2);
    vi.advanceTimersByTime(500);
    expect(summaries(told)).toHaveLength(500);
    expect(told[0]).toBe(lagging(10));
    told.length = 0;
    add(1, 'bank', 3);
    vi.advanceTimersByTime(500);
    expect(summaries(told)).toHaveLength(1);
    expect(told.join('')).not.toContain('lagging');
  });

  test('a reader that does not take what it is told is told how much it missed', () => {
    const slow = reader('/api/tail?service=shop', 2_000_000);
    const quick = reader();
    add(1);
    add(2, 'bank');
    vi.advanceTimersByTime(500);
    add(3);
    vi.advanceTimersByTime(500);
    expect(slow.told).toEqual([]);
    expect(summaries(quick.told)).toHaveLength(3);
    slow.backlog = 1_048_576;
    add(4);
    vi.advanceTimersByTime(500);
    expect(slow.told[0]).toBe(lagging(2)); // the trace of the bank was not for it
    expect(summaries(slow.told)).toMatchObject([{ traceID: hex16(4) }]);
    expect(quick.told.join('')).not.toContain('lagging');
    slow.told.length = 0;
    add(5);
    vi.advanceTimersByTime(500);
    expect(summaries(slow.told)).toMatchObject([{ traceID: hex16(5) }]);
    expect(slow.told.join('')).not.toContain('lagging');
  });

  test('without readers the store is not listened to', () => {
    const { leave, told } = reader();
    add(1);
    leave();
    expect(tail.readerCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    add(2);
    const next = reader();
    vi.advanceTimersByTime(500);
    expect([...told, ...next.told]).toEqual([]);
    add(3);
    vi.advanceTimersByTime(500);
    expect(summaries(next.told)).toMatchObject([{ traceID: hex16(3) }]);
  });

  test('a reader is not told what one before it missed', () => {
    const { leave } = reader();
    for (let trace = 1; trace <= 510; trace++) add(trace);
    leave();
    const { told } = reader();
    add(1, 'bank', 2);
    vi.advanceTimersByTime(500);
    expect(summaries(told)).toHaveLength(1);
    expect(told.join('')).not.toContain('lagging');
  });

  test('a reader that leaves takes nothing from the others', () => {
    const { leave } = reader();
    const { told } = reader();
    add(1);
    leave();
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(500);
    expect(summaries(told)).toHaveLength(1);
  });

  test('a stream that is quiet is not closed for it, and keeps no process alive', () => {
    const setTimer = vi.spyOn(globalThis, 'setInterval');
    expect(reader().socketTimeouts).toEqual([0]);
    expect((setTimer.mock.results[0]!.value as NodeJS.Timeout).hasRef()).toBe(false);
  });

  test('close ends every answer and stops the timer', () => {
    const readers = [reader(), reader()];
    tail.close();
    expect(readers.map(({ ends }) => ends.length)).toEqual([1, 1]);
    expect(tail.readerCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('more readers than there may be are 503', () => {
    for (let i = 0; i < 64; i++) reader();
    expect(() => reader()).toThrowError(expect.objectContaining({ status: 503 }));
  });
});
