import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { RefusalReason } from '../ingest/receiver-counters.js';
import { answerText, type Exchange } from './answer.js';
import { isAllowedHost } from './host-check.js';
import { HttpError } from './http-error.js';

/** Bounds on what a client may cost. */
export interface HttpLimits {
  /** Open connections; those past it are answered 503 and closed. */
  readonly maxConnections: number;
  /** How long the headers of a request may take, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** How long a whole request may take, in milliseconds. */
  readonly requestTimeoutMs: number;
}

/** Options of `openHttpListener`. */
export interface HttpListenerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Names that the header Host may have besides `localhost` and IP addresses; `*` allows any. */
  readonly allowedHosts: readonly string[];
  readonly limits: HttpLimits;
  /** Answers a request. An `HttpError` that it throws goes to `onError`; anything else is a 500. */
  readonly handle: (exchange: Exchange) => void | Promise<void>;
  /** Answers a request that `handle` threw at. Default: a line of text. */
  readonly onError?: (exchange: Exchange, error: HttpError) => void;
  /** Called with each request and connection that is refused unread. */
  readonly onRefused: (reason: RefusalReason) => void;
}

/** An HTTP server that is open. */
export interface HttpListener {
  address(): AddressInfo;
  /** Stops listening, and ends all connections. Idempotent. */
  close(): Promise<void>;
}

const MAX_HEADER_BYTES = 16_384;
/** How often the timeouts are looked at. */
const TIMEOUT_CHECK_MS = 500;
/** How long an idle connection is kept. */
const KEEP_ALIVE_MS = 5_000;
/** How long a connection may stand still, a reader of a stream included. */
const STALLED_MS = 60_000;
/** What is read and thrown away of a body that was refused, so that its sender gets to read why. */
const LINGER_BYTES = 4_194_304;
const LINGER_MS = 1_000;
/** Connections past the limit that may be told so at once; those past it too are closed without a word. */
const TOLD_CONNECTIONS = 64;

const REFUSALS: Readonly<Record<string, RefusalReason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
};

/** Opens an HTTP server. Rejects with the system's error when it cannot listen. */
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

/** Answers 503 on connections past the limit, and returns those. */
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
  response.on('error', () => {}); // the client went away
  const current: Exchange = { request, response, url: urlOf(request) };
  try {
    checkHost(request, options);
    await options.handle(current);
  } catch (error) {
    const failure =
      error instanceof HttpError ? error : new HttpError(500, (error as Error).message);
    if (failure.refusal !== undefined) options.onRefused(failure.refusal);
    refuse(current, failure, options.onError ?? plainError);
  }
}

/** The URL of a request; one that is none has the path `/`. */
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

/** Answers with an error, and does not read a body to its end for it. */
function refuse(
  exchange: Exchange,
  error: HttpError,
  onError: (exchange: Exchange, error: HttpError) => void,
): void {
  const { request, response } = exchange;
  if (response.headersSent) {
    request.destroy(); // the answer cannot be told from a whole one otherwise
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

/** Reads on for a moment: closing at once would take the answer from the sender's hands. */
function linger(request: IncomingMessage): void {
  let bytes = 0;
  request.on('error', () => {}); // the client went away
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > LINGER_BYTES) request.destroy();
  });
  setTimeout(() => request.destroy(), LINGER_MS).unref();
}
