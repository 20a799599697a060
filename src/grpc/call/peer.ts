import { isIP } from 'node:net';

/** Tags of the address at the other end; shared by all calls with it, so nobody may change them. */
export type PeerTags = Readonly<Record<string, string | number>>;

const NO_TAGS: PeerTags = Object.freeze({});
/** What a connection without an address says: a Unix socket at the server. */
const UNKNOWN_PEER = 'unknown';
const MAPPED_IPV4 = '::ffff:';

/** A connection has one address and many calls; a server of many short connections must not grow. */
const MAX_KNOWN_PEERS = 500;
const known: Map<string, PeerTags> = new Map();

/** A connection's other end, as far as it has an address. */
interface Connection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** What knows the address at the other end. */
export interface PeerSource {
  /** As text. */
  getPeer(): string;
  /** In parts, without the work of making a text of them; since grpc-js 1.14, and of a server only. */
  getConnectionInfo?(): Connection;
}

/** Tags of a connection's address, by its parts. */
const knownParts: Map<string, Map<number, PeerTags>> = new Map();
let knownPartsCount = 0;

/** Tags of the address at the other end; as `peerTags`. */
export function tagsOfPeer(peer: PeerSource): PeerTags {
  const { remoteAddress: address, remotePort: port } = partsOf(peer);
  if (address === undefined || port === undefined) return peerTags(peer.getPeer());
  return knownParts.get(address)?.get(port) ?? keepParts(address, port);
}

function partsOf(peer: PeerSource): Connection {
  // Another interceptor may say it otherwise (a proxy's header), and then says it as text.
  if (peer.getConnectionInfo === undefined || 'nextCall' in peer) return {};
  try {
    return peer.getConnectionInfo();
  } catch {
    return {};
  }
}

function keepParts(address: string, port: number): PeerTags {
  if (knownPartsCount >= MAX_KNOWN_PEERS) {
    knownParts.clear();
    knownPartsCount = 0;
  }
  const tags = Object.freeze(parse(`${address}:${port}`));
  const ports = knownParts.get(address) ?? new Map<number, PeerTags>();
  knownParts.set(address, ports.set(port, tags));
  knownPartsCount++;
  return tags;
}

/**
 * `peer.address`, and `peer.ipv4` or `peer.ipv6` with `peer.port` where it is an IP address and a port:
 * `127.0.0.1:80`, `[::1]:80`, and without brackets, as grpc-js says it at a server, `::1:80`.
 */
export function peerTags(peer: string): PeerTags {
  let tags = known.get(peer);
  if (tags === undefined) {
    tags = Object.freeze(parse(peer));
    if (known.size >= MAX_KNOWN_PEERS) known.clear();
    known.set(peer, tags);
  }
  return tags;
}

function parse(peer: string): PeerTags {
  if (peer === '' || peer === UNKNOWN_PEER) return NO_TAGS;
  const colon = peer.lastIndexOf(':');
  const port = peer.slice(colon + 1);
  const host = hostOf(peer.slice(0, Math.max(colon, 0)));
  const family = isIP(host);
  if (family === 0 || !/^\d{1,5}$/.test(port)) return { 'peer.address': peer };
  return family === 4
    ? { 'peer.address': `${host}:${port}`, 'peer.ipv4': host, 'peer.port': Number(port) }
    : { 'peer.address': `[${host}]:${port}`, 'peer.ipv6': host, 'peer.port': Number(port) };
}

function hostOf(text: string): string {
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
  const mapped = bare.startsWith(MAPPED_IPV4) ? bare.slice(MAPPED_IPV4.length) : '';
  return isIP(mapped) === 4 ? mapped : bare;
}
