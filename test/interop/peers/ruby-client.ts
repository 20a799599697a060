// SPDX-License-Identifier: Apache-2.0
import type { AgentSpan } from './agent-rows.js';
import { missingPeer, peerFile, runPeer } from './peer-process.js';

// Debian's own: a ruby from elsewhere on the PATH does not see the package ruby-jaeger-client.
const RUBY = '/usr/bin/ruby';

export interface UdpTarget {
  readonly host: string;
  /** A port that speaks compact. */
  readonly port: number;
}

/** Headers, by lower-case name: `uber-trace-id`, and `uberctx-*` for baggage. */
export type Carrier = Readonly<Record<string, string>>;

/** What the Ruby client reported: the root last, before it two children and a span that follows from the first. */
export interface RubyTrace {
  readonly serviceName: string;
  /** In the order in which they are on the wire, in one batch. */
  readonly spans: readonly AgentSpan[];
  /** Travels in headers only; Ruby writes no log for it. */
  readonly baggage: Readonly<Record<string, string>>;
  /** What it injects for the second child. */
  readonly carrier: Carrier;
}

/** What the Ruby client made of somebody else's headers. */
export interface RubyContinuation {
  readonly serviceName: string;
  /** The child that it started. */
  readonly span: AgentSpan;
  /** The baggage that it found in the headers. */
  readonly baggage: Readonly<Record<string, string>>;
  /** What it injects for that child. */
  readonly carrier: Carrier;
}

/** Has Debian's ruby-jaeger-client report one trace of four spans over UDP, compact. Resolves when it is sent. */
export function sendWithRuby(target: UdpTarget): Promise<RubyTrace> {
  return ruby<RubyTrace>('report', target.host, String(target.port));
}

/**
 * Hands `carrier` to Debian's ruby-jaeger-client, which starts and finishes a child of it; with a target it reports
 * the child too. Rejects where Ruby finds no trace in the headers.
 */
export function continueInRuby(carrier: Carrier, target?: UdpTarget): Promise<RubyContinuation> {
  const where = target ? [target.host, String(target.port)] : [];
  return ruby<RubyContinuation>('continue', JSON.stringify(carrier), ...where);
}

async function ruby<T>(...args: readonly string[]): Promise<T> {
  // Another Ruby's gems must not come before Debian's; UTF-8 because the arguments are.
  const { GEM_HOME: _home, GEM_PATH: _path, ...inherited } = process.env;
  const env = { ...inherited, RUBYOPT: '-W0', LANG: 'C.UTF-8' };
  try {
    return JSON.parse(await runPeer(RUBY, [peerFile('ruby-client.rb'), ...args], { env })) as T;
  } catch (error) {
    if (/cannot load such file -- jaeger/.test(String(error))) {
      throw missingPeer('ruby-jaeger-client', error);
    }
    throw error;
  }
}
