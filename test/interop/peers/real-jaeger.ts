// SPDX-License-Identifier: Apache-2.0
import { access, readFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { JaegerTrace } from './jaeger-json.js';
import { missingPeer, peerFile, type PeerProcess, poll, startPeer } from './peer-process.js';

/** Where the real Jaeger listens. Fixed: only one runs at a time. All on localhost. */
export interface JaegerPorts {
  /** UDP. */
  readonly compact: 6831;
  readonly binary: 6832;
  /** TCP. */
  readonly collectorHttp: 14268;
  readonly collectorGrpc: 14250;
  readonly otlpGrpc: 4317;
  readonly otlpHttp: 4318;
  readonly zipkin: 9411;
  readonly samplingHttp: 5778;
  readonly samplingGrpc: 5779;
  readonly queryGrpc: 16685;
  readonly query: 16686;
  readonly metrics: 8888;
  readonly health: 13133;
}

export const jaegerPorts: JaegerPorts = {
  compact: 6831,
  binary: 6832,
  collectorHttp: 14268,
  collectorGrpc: 14250,
  otlpGrpc: 4317,
  otlpHttp: 4318,
  zipkin: 9411,
  samplingHttp: 5778,
  samplingGrpc: 5779,
  queryGrpc: 16685,
  query: 16686,
  metrics: 8888,
  health: 13133,
};

const { compact, binary, ...tcpPorts } = jaegerPorts;
const udpPorts = { compact, binary };
const START_DEADLINE_MS = 30_000;

/** Ways into Jaeger, under the names that its metrics have for them. */
export type JaegerTransport = 'udp_thrift_compact' | 'udp_thrift_binary' | 'collector_http';

export interface TraceWanted {
  /** Answer only once the trace has so many spans: its batches arrive one by one. Default 1. */
  readonly spans?: number;
  /** Then answer with what there is. Default 5_000. */
  readonly deadlineMs?: number;
}

export interface RealJaeger {
  readonly ports: JaegerPorts;
  /**
   * By hex id, of any width. Undefined: Jaeger does not know it at the deadline. Rejects where Jaeger cannot answer:
   * one DOUBLE tag that is NaN or infinite in a trace, and all of that trace is a 500.
   */
  trace(traceId: string, wanted?: TraceWanted): Promise<JaegerTrace | undefined>;
  /** Spans that Jaeger took by this way since it started. */
  acceptedSpans(transport: JaegerTransport): Promise<number>;
  /** Ends it, and resolves when it is gone. Idempotent. */
  stop(): Promise<void>;
}

/** Starts the real Jaeger, with its memory empty. `args` go to it, such as `--set=extensions...`. */
export async function startJaeger(args: readonly string[] = []): Promise<RealJaeger> {
  const binaryPath = await jaegerBinary();
  await refuseTakenPorts();
  const peer = await startPeer(
    binaryPath,
    args,
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Jaeger traces its own queries into itself, and at its end waits ten seconds for nobody to take the last of them.
      env: { ...process.env, OTEL_TRACES_SAMPLER: 'always_off' },
    },
    () => {},
  );
  await poll(async () => peer.ended() || (await isReady()), START_DEADLINE_MS, 50);
  if (peer.ended() || !(await isReady())) {
    await peer.stop();
    throw new Error(`Jaeger did not start: ${peer.stderr()}`);
  }
  return realJaeger(peer);
}

function realJaeger(peer: PeerProcess): RealJaeger {
  return {
    ports: jaegerPorts,
    async trace(traceId, { spans = 1, deadlineMs = 5_000 } = {}) {
      let found: JaegerTrace | undefined;
      await poll(async () => {
        found = await fetchTrace(traceId);
        return found !== undefined && found.spans.length >= spans;
      }, deadlineMs);
      return found;
    },
    acceptedSpans,
    stop: () => peer.stop(),
  };
}

/** The binary that `.ci/jaeger` built, by its rule for the path. */
async function jaegerBinary(): Promise<string> {
  const goMod = await readFile(peerFile('jaeger/go.mod'), 'utf8');
  const version = /jaegertracing\/jaeger (v\S+)/.exec(goMod)?.[1];
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const path = join(cache, 'spoor', `jaeger-${version}`, 'jaeger');
  await access(path).catch((error: unknown) => {
    throw missingPeer(`the real Jaeger (${path})`, error);
  });
  return path;
}

/** Jaeger's own message for this is buried in its log, and a stranger's Jaeger would answer in its place. */
async function refuseTakenPorts(): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(tcpPorts)) {
    if (!(await canListenTcp(port))) taken.push(`TCP ${port} (${name})`);
  }
  for (const [name, port] of Object.entries(udpPorts)) {
    if (!(await canBindUdp(port))) taken.push(`UDP ${port} (${name})`);
  }
  if (taken.length === 0) return;
  throw new Error(
    `the real Jaeger needs ${taken.join(', ')}, taken by another process: is another Jaeger running?`,
  );
}

function canListenTcp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function canBindUdp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind(port, '127.0.0.1', () => socket.close(() => resolve(true)));
  });
}

async function isReady(): Promise<boolean> {
  const health = await fetch(`http://localhost:${jaegerPorts.health}/status`).catch(
    () => undefined,
  );
  await health?.arrayBuffer();
  return health?.ok === true && (await areUdpPortsBound());
}

/** Read from the kernel's table: to try a bind of our own could take the port from under Jaeger. */
async function areUdpPortsBound(): Promise<boolean> {
  const table = await readFile('/proc/net/udp', 'utf8').catch(() => undefined);
  if (table === undefined) return true; // no Linux: its health has to do
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  return Object.values(udpPorts).every((port) => table.includes(`:${hex(port)} 00000000:0000 07`));
}

async function fetchTrace(traceId: string): Promise<JaegerTrace | undefined> {
  const response = await fetch(`http://localhost:${jaegerPorts.query}/api/traces/${traceId}`);
  const body = (await response.json()) as { data?: JaegerTrace[] | null };
  if (response.ok) return body.data?.[0];
  if (response.status === 404) return undefined;
  throw new Error(
    `Jaeger answered ${response.status} for trace ${traceId}: ${JSON.stringify(body)}`,
  );
}

async function acceptedSpans(transport: JaegerTransport): Promise<number> {
  const response = await fetch(`http://localhost:${jaegerPorts.metrics}/metrics`);
  const lines = (await response.text()).split('\n');
  // Spans of other receivers, such as those that come over OTLP, are not ours.
  const counts = lines.filter(
    (line) =>
      line.startsWith('otelcol_receiver_accepted_spans_total{') &&
      line.includes('receiver="jaeger"') &&
      line.includes(`transport="${transport}"`),
  );
  return counts.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
