// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  AgentBatch,
  AgentError,
  AgentLine,
  AgentPorts,
  AgentSpan,
  AgentSummary,
} from './agent-rows.js';
import {
  checkout,
  missingPeer,
  peerFile,
  type PeerProcess,
  poll,
  runPeer,
  startPeer,
} from './peer-process.js';

// Debian's own: a python3 from elsewhere on the PATH does not see the package python3-thrift.
const PYTHON = '/usr/bin/python3';
const START_DEADLINE_MS = 10_000;

export interface PythonAgentOptions {
  /** Only count: no batch is handed over, and `summary()` is renewed each second. For large runs. Default false. */
  readonly countOnly?: boolean;
  /** 0, the default, takes a free port. */
  readonly ports?: Partial<AgentPorts>;
}

/** A receiver on Apache Thrift for Python, which shares no code with the tracer. On 127.0.0.1. */
export interface PythonAgent {
  readonly ports: AgentPorts;
  /** In the order of arrival; empty with `countOnly`. */
  readonly batches: readonly AgentBatch[];
  /** What came and was no batch: bytes that do not decode, missing fields, a datagram over 65,000 bytes. */
  readonly errors: readonly AgentError[];
  /** All spans of `batches`. */
  spans(): AgentSpan[];
  /** Spans that arrived by any way; with `countOnly` up to a second old. */
  spanCount(): number;
  /** The last summary: after `stop()` always the final one, before that with `countOnly` only. */
  summary(): AgentSummary | undefined;
  /** Resolves when `n` spans came in all, or rejects at the deadline and says how many did. */
  waitForSpans(n: number, deadlineMs: number): Promise<void>;
  /** Reads what is queued and ends the process. Idempotent. */
  stop(): Promise<void>;
}

export async function startPythonAgent(options: PythonAgentOptions = {}): Promise<PythonAgent> {
  const generated = await mkdtemp(join(tmpdir(), 'spoor-python-agent-'));
  const idl = join(checkout, 'idl/agent.thrift');
  try {
    await runPeer('thrift', ['-r', '--gen', 'py', '-out', generated, idl]);
    return await start(generated, options);
  } finally {
    // Python has read the code by now: a test that dies leaves no file behind.
    await rm(generated, { recursive: true, force: true });
  }
}

async function start(generated: string, options: PythonAgentOptions): Promise<PythonAgent> {
  const received = new Received();
  const args = [peerFile('thrift-agent.py')];
  const env = environment(generated, options);
  const peer = await startPeer(PYTHON, args, { env }, (line) => received.take(line));
  const ports = await readyPorts(peer, received);
  return {
    ports,
    batches: received.batches,
    errors: received.errors,
    spans: () => received.batches.flatMap((batch) => batch.spans),
    spanCount: () => received.spanCount(),
    summary: () => received.summary,
    async waitForSpans(n, deadlineMs) {
      if (await poll(() => received.spanCount() >= n || peer.ended(), deadlineMs)) {
        if (received.spanCount() >= n) return;
      }
      const errors = received.errors.map((row) => row.error).join('; ');
      throw new Error(
        `${received.spanCount()} of ${n} spans came within ${deadlineMs} ms` +
          `${peer.ended() ? ', and the agent ended' : ''}. Its errors: ${errors || 'none'}. ${peer.stderr()}`,
      );
    },
    stop: () => peer.stop(),
  };
}

function environment(generated: string, options: PythonAgentOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    GEN: generated,
    COMPACT_PORT: String(options.ports?.compact ?? 0),
    BINARY_PORT: String(options.ports?.binary ?? 0),
    HTTP_PORT: String(options.ports?.http ?? 0),
    COUNT_ONLY: options.countOnly ? '1' : '0',
    EXIT_WITH_STDIN: '1',
  };
}

async function readyPorts(peer: PeerProcess, received: Received): Promise<AgentPorts> {
  await poll(() => received.ports !== undefined || peer.ended(), START_DEADLINE_MS);
  if (received.ports) return received.ports;
  await peer.stop();
  if (/No module named 'thrift'/.test(peer.stderr())) {
    throw missingPeer('python3-thrift', peer.stderr());
  }
  throw new Error(`the Python agent did not start: ${peer.stderr()}`);
}

/** The agent's lines, sorted by what they are. */
class Received {
  readonly batches: AgentBatch[] = [];
  readonly errors: AgentError[] = [];
  ports: AgentPorts | undefined;
  summary: AgentSummary | undefined;
  #spansInBatches = 0;

  take(line: string): void {
    const row = JSON.parse(line) as AgentLine;
    if ('ready' in row) this.ports = row.ports;
    else if ('error' in row) this.errors.push(row);
    else if ('summary' in row) this.summary = row;
    else {
      this.batches.push(row);
      this.#spansInBatches += row.spans.length;
    }
  }

  spanCount(): number {
    // Of the two the larger: a summary is up to a second old, and batches are not handed over in count mode.
    const ways = Object.values(this.summary?.summary ?? {});
    return Math.max(
      this.#spansInBatches,
      ways.reduce((sum, way) => sum + way.spans, 0),
    );
  }
}
