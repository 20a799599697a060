// SPDX-License-Identifier: Apache-2.0
import { missingPeer, peerFile, type PeerProcess, poll, startPeer } from './peer-process.js';

// Debian's own: a ruby from elsewhere on the PATH does not see the packages.
const RUBY = '/usr/bin/ruby';
const START_DEADLINE_MS = 20_000;

/** A span as Ruby says that it sent it, or, with flags 0, did not. */
export interface RubySpan {
  /** Lower-case hex: 32 digits for a trace, 16 for a span; all zeros for no parent. */
  readonly traceID: string;
  readonly spanID: string;
  readonly parentSpanID: string;
  readonly operationName: string;
  readonly flags: number;
  readonly kind: 'client' | 'server' | 'internal';
  /** gRPC's status. */
  readonly code: number;
  /** What its context carries. */
  readonly baggage: Readonly<Record<string, string>>;
}

/** What came of a call that Ruby made. */
export interface RubyAnswer {
  readonly values: readonly string[];
  readonly code: number;
  readonly details?: string;
}

/** A method of test.Echo, and the text to send: parted by "+" where requests stream. */
export type RubyCall = readonly [
  method: 'unary' | 'clientStream' | 'serverStream' | 'bidi',
  text: string,
];

/** test.Echo in Ruby, with gRPC's C core and interceptors on ruby-jaeger-client. */
export interface RubyServer {
  readonly address: string;
  /** Ends it; resolves with its spans, once they are sent. */
  stop(): Promise<RubySpan[]>;
}

/** Serves test.Echo in Ruby; spans go to this UDP port of 127.0.0.1, in compact. */
export async function serveInRuby(agentPort: number): Promise<RubyServer> {
  const lines: string[] = [];
  const peer = await ruby('ruby-grpc-server.rb', ['127.0.0.1', String(agentPort)], lines);
  await poll(() => lines.length > 0 || peer.ended(), START_DEADLINE_MS);
  if (lines.length === 0) {
    await peer.stop();
    throw failure(peer);
  }
  const { port } = JSON.parse(lines[0]!) as { port: number };
  return {
    address: `127.0.0.1:${port}`,
    async stop() {
      await peer.stop();
      if (lines.length < 2) throw failure(peer);
      return JSON.parse(lines[1]!) as RubySpan[];
    },
  };
}

/**
 * Has Ruby call test.Echo, under one root with the baggage `tenant=acme`. Resolves with what came of the
 * calls, and with the spans that it sent to this UDP port of 127.0.0.1.
 */
export async function callFromRuby(
  address: string,
  agentPort: number,
  calls: readonly RubyCall[],
): Promise<{ readonly answers: RubyAnswer[]; readonly spans: RubySpan[] }> {
  const lines: string[] = [];
  const args = [address, '127.0.0.1', String(agentPort), JSON.stringify(calls)];
  const peer = await ruby('ruby-grpc-client.rb', args, lines);
  if ((await peer.closed) !== 0 || lines[0] === undefined) throw failure(peer);
  return JSON.parse(lines[0]) as { answers: RubyAnswer[]; spans: RubySpan[] };
}

function ruby(file: string, args: readonly string[], lines: string[]): Promise<PeerProcess> {
  // Another Ruby's gems must not come before Debian's; UTF-8 because the texts are.
  const { GEM_HOME: _home, GEM_PATH: _path, ...inherited } = process.env;
  const env = { ...inherited, RUBYOPT: '-W0', LANG: 'C.UTF-8' };
  return startPeer(RUBY, [peerFile(file), ...args], { env }, (line) => lines.push(line));
}

function failure(peer: PeerProcess): Error {
  const stderr = peer.stderr();
  const missing = /cannot load such file -- (grpc|jaeger)/.exec(stderr)?.[1];
  if (missing === 'grpc') return missingPeer('ruby-grpc', stderr);
  if (missing === 'jaeger') return missingPeer('ruby-jaeger-client', stderr);
  return new Error(`Ruby failed: ${stderr}`);
}
