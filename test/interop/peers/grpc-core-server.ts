// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { missingPeer, peerFile, type PeerProcess, poll, startPeer } from './peer-process.js';

const START_DEADLINE_MS = 20_000;

/** The Python of the environment that .ci/install-peers makes: outside the checkout, by version. */
function python(): string {
  const pinned = readFileSync(peerFile('grpcio-requirements.txt'), 'utf8')
    .trim()
    .replace('==', '-');
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'spoor', pinned, 'bin', 'python');
}

/** A server on gRPC's C core, which answers with the metadata that it got. */
export interface GrpcCoreServer {
  readonly address: string;
  stop(): Promise<void>;
}

/** `maxBytes`: headers over that are refused; by default those over 8 KiB, by chance. */
export async function serveInGrpcCore(maxBytes?: number): Promise<GrpcCoreServer> {
  const lines: string[] = [];
  const args = [
    peerFile('grpc-core-server.py'),
    ...(maxBytes === undefined ? [] : [`${maxBytes}`]),
  ];
  const peer: PeerProcess = await startPeer(python(), args, {}, (line) => lines.push(line));
  await poll(() => lines.length > 0 || peer.ended(), START_DEADLINE_MS);
  if (lines[0] === undefined) {
    await peer.stop();
    throw missingPeer('grpcio', new Error(peer.stderr()));
  }
  const { port } = JSON.parse(lines[0]) as { port: number };
  return { address: `127.0.0.1:${port}`, stop: () => peer.stop() };
}
