// A server for the page that answers from a list of traces: what the collector answers, and what it never would.
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ApiTrace } from './generated-traces.js';

/** As strict as the collector's. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};

/** A running server. */
export interface PageServer {
  readonly url: string;
  /** Adds a trace and tells those who follow the live tail. */
  add(trace: ApiTrace): void;
  close(): Promise<void>;
}

/** Serves dist/page, which must have been built, and the traces. Answers of `overrides`, by path, win. */
export async function startPageServer(
  traces: readonly ApiTrace[],
  overrides: Readonly<Record<string, { status?: number; body: string }>> = {},
  port: number = 0,
): Promise<PageServer> {
  const all = [...traces];
  const tails = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-security-policy', POLICY);
    const override = overrides[pathname];
    if (override !== undefined) {
      response.writeHead(override.status ?? 200, { 'content-type': 'application/json' });
      response.end(override.body);
    } else if (pathname === '/api/tail') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      tails.add(response);
      request.on('close', () => tails.delete(response));
    } else if (pathname.startsWith('/api/')) {
      const { status, data } = answer(all, decodeURIComponent(pathname), searchParams);
      const errors = status === 200 ? null : [{ code: status, msg: String(data) }];
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ data: status === 200 ? data : null, total: 0, errors }));
    } else {
      serveFile(pathname, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add(trace) {
      all.push(trace);
      for (const tail of tails) {
        tail.write(`event: trace\ndata: ${JSON.stringify(summary(trace))}\n\n`);
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const page = new URL('../../../dist/page/', import.meta.url);

function serveFile(path: string, response: ServerResponse): void {
  const name = path.startsWith('/static/') ? path.slice(1) : 'index.html';
  try {
    const body = readFileSync(fileURLToPath(new URL(name, page)));
    response.writeHead(200, { 'content-type': TYPES[name.split('.').at(-1)!] ?? 'text/plain' });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

type Query = URLSearchParams;

function answer(all: ApiTrace[], path: string, query: Query): { status: number; data: unknown } {
  const services = [...new Set(all.flatMap(servicesOf))].sort();
  const operations = /^\/api\/services\/(.+)\/operations$/.exec(path)?.[1];
  const traceId = /^\/api\/traces\/([0-9a-f]+)$/.exec(path)?.[1];
  if (path === '/api/services') return { status: 200, data: services };
  if (path === '/api/summaries') return { status: 200, data: found(all, query).map(summary) };
  if (path === '/api/dependencies') return { status: 200, data: dependencies(all) };
  if (path === '/api/stats') return { status: 200, data: stats(all) };
  if (operations !== undefined) {
    return {
      status: 200,
      data: [...new Set(all.flatMap((trace) => operationsOf(trace, operations)))].sort(),
    };
  }
  const trace = all.find((one) => one.traceID === traceId);
  return trace === undefined
    ? { status: 404, data: 'trace not found' }
    : { status: 200, data: [trace] };
}

function found(all: readonly ApiTrace[], query: Query): ApiTrace[] {
  const service = query.get('service') ?? '';
  const operation = query.get('operation') ?? '';
  const tags = Object.entries(JSON.parse(query.get('tags') ?? '{}') as Record<string, string>);
  const min = Number.parseInt(query.get('minDuration') ?? '0', 10);
  return all
    .filter((trace) => service === '' || servicesOf(trace).includes(service))
    .filter(
      (trace) => operation === '' || trace.spans.some((span) => span.operationName === operation),
    )
    .filter((trace) =>
      tags.every(([key, value]) =>
        trace.spans.some((span) =>
          span.tags.some((tag) => tag.key === key && String(tag.value) === value),
        ),
      ),
    )
    .filter((trace) => summary(trace).duration >= min)
    .sort((a, b) => b.spans[0]!.startTime - a.spans[0]!.startTime)
    .slice(0, Number(query.get('limit') ?? 100));
}

function servicesOf(trace: ApiTrace): string[] {
  return [
    ...new Set(trace.spans.map((span) => trace.processes[span.processID]?.serviceName ?? '')),
  ];
}

function operationsOf(trace: ApiTrace, service: string): string[] {
  return trace.spans
    .filter((span) => trace.processes[span.processID]?.serviceName === service)
    .map((span) => span.operationName);
}

function isError({ tags }: ApiTrace['spans'][number]): boolean {
  return tags.some(({ key, value }) => key === 'error' && String(value) === 'true');
}

/** The collector's `Summary`. */
function summary(trace: ApiTrace): Record<string, unknown> & { duration: number } {
  const { spans, processes } = trace;
  const startTime = spans.reduce((min, span) => Math.min(min, span.startTime), Infinity);
  const end = spans.reduce((max, span) => Math.max(max, span.startTime + span.duration), 0);
  const root = spans.find(({ references }) => references.length === 0);
  return {
    traceID: trace.traceID,
    rootServiceName: root === undefined ? '' : processes[root.processID]?.serviceName,
    rootOperationName: root?.operationName ?? '',
    startTime,
    duration: end - startTime,
    spanCount: spans.length,
    errorCount: spans.filter(isError).length,
    orphanCount: 0,
    services: servicesOf(trace).map((name) => {
      const own = spans.filter((span) => processes[span.processID]?.serviceName === name);
      return { name, spanCount: own.length, errorCount: own.filter(isError).length };
    }),
  };
}

function dependencies(
  all: readonly ApiTrace[],
): { parent: string; child: string; callCount: number }[] {
  const counts = new Map<string, { parent: string; child: string; callCount: number }>();
  for (const { spans, processes } of all) {
    const byId = new Map(spans.map((span) => [span.spanID, span]));
    for (const span of spans) {
      const above = byId.get(span.references[0]?.spanID ?? '');
      const parent = processes[above?.processID ?? '']?.serviceName;
      const child = processes[span.processID]?.serviceName ?? '';
      if (parent === undefined || parent === child) continue;
      const call = counts.get(`${parent}\0${child}`) ?? { parent, child, callCount: 0 };
      call.callCount++;
      counts.set(`${parent}\0${child}`, call);
    }
  }
  return [...counts.values()];
}

function stats(all: readonly ApiTrace[]): object {
  return {
    traces: all.length,
    spans: all.reduce((sum, { spans }) => sum + spans.length, 0),
    evictedTraces: 0,
    receivers: [
      { name: 'udp-compact', address: '127.0.0.1:6831', spans: 0, malformed: 0 },
      { name: 'http-thrift', address: '127.0.0.1:14268', spans: 0, malformed: 0 },
      { name: 'otlp-http', address: '127.0.0.1:4318', spans: 0, malformed: 0 },
    ],
  };
}
