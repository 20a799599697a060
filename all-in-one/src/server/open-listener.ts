import type { AddressInfo } from 'node:net';
import type { Exchange } from '../http/answer.js';
import type { BodyBudget } from '../http/body-budget.js';
import { type HttpListenerOptions, openHttpListener } from '../http/http-listener.js';
import type { Ingest } from '../ingest/ingest.js';
import { ReceiverCounters } from '../ingest/receiver-counters.js';
import { importGrpc, openOtlpGrpc } from '../listeners/otlp-grpc.js';
import { answerOtlpError, handleOtlpHttp } from '../listeners/otlp-http.js';
import { handleThriftHttp } from '../listeners/thrift-http.js';
import { openUdp } from '../listeners/udp.js';
import { handleSampling } from '../sampling/sampling-handler.js';
import type { StrategiesFile } from '../sampling/strategies-file.js';
import { ListenError } from './listen-error.js';
import type { Settings } from './options.js';
import type { ListenerName } from './ports.js';
import { answerQueryError, handleQuery, type QueryHost } from './query-server.js';

/** What listeners need of the collector. */
export interface ListenerHost {
  readonly settings: Settings;
  readonly ingest: Ingest;
  readonly budget: BodyBudget;
  readonly strategies: StrategiesFile;
  readonly query: QueryHost;
}

/** An open listener. */
export interface OpenListener {
  readonly name: ListenerName;
  readonly address: AddressInfo;
  readonly counters: ReceiverCounters;
  close(): void | Promise<void>;
}

/** Opens one listener. Resolves with undefined if its package is not installed. Rejects with `ListenError`. */
export async function openListener(
  name: ListenerName,
  port: number,
  host: ListenerHost,
): Promise<OpenListener | undefined> {
  const counters = new ReceiverCounters(RECEIVER_NAMES[name]);
  try {
    const opened = await OPENERS[name]({ name, port, host, counters });
    if (opened === undefined) return undefined;
    const { address, close } = opened;
    counters.address = addressText(address);
    return { name, address, counters, close };
  } catch (error) {
    throw new ListenError(name, port, host.settings.host, error as Error);
  }
}

/** `127.0.0.1:6831` or `[::1]:6831` */
export function addressText({ address, port }: AddressInfo): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

interface Opening {
  readonly name: ListenerName;
  readonly port: number;
  readonly host: ListenerHost;
  readonly counters: ReceiverCounters;
}

interface Opened {
  readonly address: AddressInfo;
  close(): void | Promise<void>;
}

type Opener = (opening: Opening) => Promise<Opened | undefined>;

/** Names in counters and metrics. */
const RECEIVER_NAMES: Readonly<Record<ListenerName, string>> = {
  compact: 'udp-compact',
  binary: 'udp-binary',
  http: 'thrift-http',
  otlpHttp: 'otlp-http',
  otlpGrpc: 'otlp-grpc',
  sampling: 'sampling',
  query: 'query',
};

const OPENERS: Readonly<Record<ListenerName, Opener>> = {
  compact: (opening) => udp(opening, 'compact'),
  binary: (opening) => udp(opening, 'binary'),
  http: (opening) =>
    http(opening, (exchange) => handleThriftHttp(exchange, sinkOf(opening)), {
      allowedOrigins: originsOf(opening),
    }),
  otlpHttp: (opening) =>
    http(opening, (exchange) => handleOtlpHttp(exchange, sinkOf(opening)), {
      onError: answerOtlpError,
      allowedOrigins: originsOf(opening),
    }),
  otlpGrpc,
  sampling: (opening) =>
    http(opening, (exchange) => handleSampling(exchange, opening.host.strategies.current())),
  query: (opening) =>
    http(opening, (exchange) => handleQuery(exchange, opening.host.query), {
      onError: answerQueryError,
    }),
};

async function udp(opening: Opening, protocol: 'compact' | 'binary'): Promise<Opened> {
  const { port, counters } = opening;
  const { ingest, settings } = opening.host;
  const { host, warn } = settings;
  const receiver = await openUdp({ protocol, host, port, ingest, counters, warn });
  return { address: receiver.address(), close: () => receiver.close() };
}

async function http(
  { port, host, counters }: Opening,
  handle: (exchange: Exchange) => void | Promise<void>,
  rest: Pick<HttpListenerOptions, 'onError' | 'allowedOrigins'> = {},
): Promise<Opened> {
  const { settings } = host;
  const listener = await openHttpListener({
    host: settings.host,
    port,
    allowedHosts: settings.allowedHosts,
    limits: settings.limits,
    handle,
    onRefused: (reason) => counters.refuse(reason),
    ...rest,
  });
  return { address: listener.address(), close: () => listener.close() };
}

async function otlpGrpc({ port, host, counters }: Opening): Promise<Opened | undefined> {
  const grpc = await importGrpc();
  if (grpc === undefined) return undefined;
  const { ingest, settings } = host;
  const maxBytes = settings.limits.maxBodyBytes;
  const listener = await openOtlpGrpc(grpc, {
    host: settings.host,
    port,
    ingest,
    counters,
    maxBytes,
  });
  return { address: listener.address(), close: () => listener.close() };
}

function originsOf({ host }: Opening): readonly string[] {
  return host.settings.corsAllowedOrigins;
}

function sinkOf({ host, counters }: Opening): Parameters<typeof handleThriftHttp>[1] {
  const { ingest, budget, settings } = host;
  return { ingest, counters, limits: { maxBytes: settings.limits.maxBodyBytes, budget } };
}
