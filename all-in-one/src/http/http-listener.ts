import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { RefusalReason } from '../ingest/receiver-counters.js';
import { answerText, type Exchange } from './answer.js';
import { answerCors } from './cors.js';
import { isAllowedHost } from './host-check.js';
import { HttpError } from './http-error.js';

/** Limits on HTTP clients. */
export interface HttpLimits {
  /** Maximum number of open connections; further ones get a 503 and are closed. */
  readonly maxConnections: number;
  /** Time limit for the headers of a request, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** Time limit for a whole request, in milliseconds. */
  readonly requestTimeoutMs: number;
}

/** Options of `openHttpListener`. */
export interface HttpListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Host names allowed in the Host header besides `localhost` and IP addresses; `*` allows any. */
  readonly allowedHosts: readonly string[];
  /** Origins whose scripts may send requests, besides the listener's own; see `answerCors`. Default: none. */
  readonly allowedOrigins?: readonly string[];
  readonly limits: HttpLimits;
  /** Answers a request. An `HttpError` that it throws goes to `onError`; any other exception becomes a 500. */
  readonly handle: (exchange: Exchange) => void | Promise<void>;
  /** Answers a request for which `handle` threw. Default: a line of text. */
  readonly onError?: (exchange: Exchange, error: HttpError) => void;
  /** Called for each request and connection refused before reading. */
  readonly onRefused: (reason: RefusalReason) => void;
}

/** A running HTTP server. */
export interface HttpListener {
  address(): AddressInfo;
  /** Stops listening and closes all connections. Idempotent. */
  close(): Promise<void>;
}

const MAX_HEADER_BYTES = 16_384;
/** Interval of the timeout checks. */
const TIMEOUT_CHECK_MS = 500;
/** Lifetime of an idle connection. */
const KEEP_ALIVE_MS = 5_000;
/** Longest time without any data on a connection, readers of a stream included. */
const STALLED_MS = 60_000;
/** Bytes and time for which a refused body is still read, so that its sender can read the answer. */
const LINGER_BYTES = 4_194_304;
const LINGER_MS = 1_000;
/** Connections above the limit that get a 503 at one time; further ones are closed without an answer. */
const TOLD_CONNECTIONS = 64;

const REFUSALS: Readonly<Record<string, RefusalReason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
};

/** Opens an HTTP server. Rejects with the system's error if it cannot listen. */
export async function openHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const { limits } = options;
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.setTimeout(STALLED_MS);
  const refused = boundConnections(server, options);
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (!refused.has(request.socket)) void exchange(request, response, options);
  };
  server.on('request', serve);
  server.on('checkContinue', serve);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    options.onRefused(REFUSALS[error.code ?? ''] ?? 'bad-http');
    refuseConnection(socket as Socket, error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400);
  });
  const address = await listen(server, options.port, options.host);
  let closed: Promise<void> | undefined;
  return { address: () => address, close: () => (closed ??= close(server)) };
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Answers connections above the limit with 503. Returns the set of these connections. */
function boundConnections(server: Server, options: HttpListenerOptions): WeakSet<Socket> {
  const { maxConnections } = options.limits;
  const refused = new WeakSet<Socket>();
  let open = 0;
  server.maxConnections = maxConnections + TOLD_CONNECTIONS;
  server.on('drop', () => options.onRefused('connections'));
  server.on('connection', (socket: Socket) => {
    open++;
    socket.once('close', () => open--);
    if (open <= maxConnections) return;
    refused.add(socket);
    options.onRefused('connections');
    refuseConnection(socket, 503);
  });
  return refused;
}

function refuseConnection(socket: Socket, status: 400 | 408 | 503): void {
  const reason = { 400: 'Bad Request', 408: 'Request Timeout', 503: 'Service Unavailable' }[status];
  const head = `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  if (socket.writable) socket.end(head);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpListenerOptions,
): Promise<void> {
  response.on('error', () => {}); // the client disconnected
  const current: Exchange = { request, response, url: urlOf(request) };
  try {
    checkHost(request, options);
    if (answerCors(current, options.allowedOrigins ?? [])) return;
    await options.handle(current);
  } catch (error) {
    const failure =
      error instanceof HttpError ? error : new HttpError(500, (error as Error).message);
    if (failure.refusal !== undefined) options.onRefused(failure.refusal);
    refuse(current, failure, options.onError ?? plainError);
  }
}

/** The URL of a request; an invalid one has the path `/`. */
function urlOf(request: IncomingMessage): URL {
  const base = 'http://localhost';
  const target = request.url ?? '/';
  return URL.canParse(target, base) ? new URL(target, base) : new URL(base);
}

function checkHost(request: IncomingMessage, { allowedHosts }: HttpListenerOptions): void {
  const { host } = request.headers;
  if (isAllowedHost(host, allowedHosts)) return;
  const message = `host ${JSON.stringify(host)} is not allowed: add it with --allowed-host`;
  throw new HttpError(403, message, 'host');
}

function plainError(exchange: Exchange, error: HttpError): void {
  answerText(exchange, error.status, error.message);
}

/** Answers with an error, without reading the rest of the body. */
function refuse(
  exchange: Exchange,
  error: HttpError,
  onError: (exchange: Exchange, error: HttpError) => void,
): void {
  const { request, response } = exchange;
  if (response.headersSent) {
    request.destroy(); // otherwise the answer would look complete
    return;
  }
  if (hasBody(request) && !request.complete) {
    response.setHeader('connection', 'close');
    linger(request);
  }
  onError(exchange, error);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Reads on for a moment: after an immediate close, the sender could not read the answer. */
function linger(request: IncomingMessage): void {
  let bytes = 0;
  request.on('error', () => {}); // the client disconnected
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) request.destroy();
  });
  setTimeout(() => request.destroy(), LINGER_MS).unref();
}
