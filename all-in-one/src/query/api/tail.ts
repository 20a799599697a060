import type { ServerResponse } from 'node:http';
import type { Exchange } from '../../http/answer.js';
import { HttpError } from '../../http/http-error.js';
import type { StoredTrace } from '../../store/stored-trace.js';
import type { TraceStore } from '../../store/trace-store.js';
import { summaryOf } from './summaries.js';

/** Interval of the events. */
const TELL_EVERY_MS = 500;
/** Interval of the heartbeats while nothing arrives. */
const HEARTBEAT_MS = 15_000;
/** Most traces per interval; further ones are counted as skipped. */
const MAX_TOLD = 500;
/** Most unread bytes of a client; beyond it traces are counted as skipped. */
const MAX_BACKLOG_BYTES = 1_048_576;
const MAX_READERS = 64;

interface Reader {
  readonly response: ServerResponse;
  /** Empty: all services. */
  readonly service: string;
  skipped: number;
}

/** Streams summaries of traces as they arrive: `GET /api/tail`, Server-Sent Events. */
export class Tail {
  private readonly store: TraceStore;
  private readonly readers = new Set<Reader>();
  private readonly fresh = new Set<StoredTrace>();
  private skipped = 0;
  private lastTold = 0;
  private timer: NodeJS.Timeout | undefined;
  private stopListening: (() => void) | undefined;

  constructor(store: TraceStore) {
    this.store = store;
  }

  get readerCount(): number {
    return this.readers.size;
  }

  /** Answers a request with an endless stream of what arrives from now on. */
  attach({ request, response, url }: Exchange): void {
    if (this.readers.size >= MAX_READERS) throw new HttpError(503, 'too many readers of /api/tail');
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.write('retry: 2000\n\n');
    const service = url.searchParams.get('service') ?? '';
    const reader: Reader = { response, service, skipped: 0 };
    this.readers.add(reader);
    request.socket.setTimeout(0);
    response.once('close', () => this.detach(reader));
    this.start();
  }

  /** Ends all streams. */
  close(): void {
    for (const reader of this.readers) {
      reader.response.end();
      this.detach(reader);
    }
  }

  private start(): void {
    if (this.timer !== undefined) return;
    this.stopListening = this.store.onTrace((trace) => {
      if (this.fresh.size < MAX_TOLD || this.fresh.has(trace)) this.fresh.add(trace);
      else this.skipped++;
    });
    this.lastTold = performance.now();
    this.timer = setInterval(() => this.tell(), TELL_EVERY_MS);
    this.timer.unref();
  }

  private detach(reader: Reader): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.stopListening?.();
    this.fresh.clear();
    this.skipped = 0;
  }

  private tell(): void {
    const now = performance.now();
    if (this.fresh.size === 0 && now - this.lastTold < HEARTBEAT_MS) return;
    this.lastTold = now;
    const events = [...this.fresh].map((trace) => {
      const summary = summaryOf(trace);
      const services = summary.services.map(({ name }) => name);
      return { services, text: `event: trace\ndata: ${JSON.stringify(summary)}\n\n` };
    });
    for (const reader of this.readers) tellReader(reader, events, this.skipped);
    this.fresh.clear();
    this.skipped = 0;
  }
}

function tellReader(
  reader: Reader,
  events: readonly { readonly services: readonly string[]; readonly text: string }[],
  skipped: number,
): void {
  const { response, service } = reader;
  const wanted = events.filter(({ services }) => service === '' || services.includes(service));
  reader.skipped += skipped;
  if (response.writableLength > MAX_BACKLOG_BYTES) {
    reader.skipped += wanted.length;
    return;
  }
  if (reader.skipped > 0) {
    response.write(`event: lagging\ndata: {"skipped":${reader.skipped}}\n\n`);
    reader.skipped = 0;
  }
  response.write(wanted.length > 0 ? wanted.map(({ text }) => text).join('') : ': alive\n\n');
}
