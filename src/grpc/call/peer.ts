import { isIP } from 'node:net';

/** Tags of a peer address. Frozen: all calls with this peer share the object. */
export type PeerTags = Readonly<Record<string, string | number>>;

const NO_TAGS: PeerTags = Object.freeze({});
/** grpc-js returns this for a connection without an address, such as a Unix socket at a server. */
const UNKNOWN_PEER = 'unknown';
const MAPPED_IPV4 = '::ffff:';

/** Maximum size of each cache: a server with many short connections must not grow without bound. */
const MAX_CACHED_PEERS = 500;
/** Cache by the string that `getPeer` returns. */
const byText: Map<string, PeerTags> = new Map();
/** Cache by address, then port. */
const byParts: Map<string, Map<number, PeerTags>> = new Map();
let byPartsSize = 0;

/** Address of the peer of a connection, if it has one. */
interface Connection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/** A call that knows the address of its peer. */
export interface PeerSource {
  /** The address as one string, such as `127.0.0.1:80`. */
  getPeer(): string;
  /** The address in parts, which costs less than the string. Only at a server, since grpc-js 1.14. */
  getConnectionInfo?(): Connection;
}

/** Tags of the peer of a call; see `tagsOfAddress`. */
export function tagsOfPeer(peer: PeerSource): PeerTags {
  const { remoteAddress: address, remotePort: port } = partsOf(peer);
  if (address === undefined || port === undefined) return tagsOfAddress(peer.getPeer());
  return byParts.get(address)?.get(port) ?? cacheParts(address, port);
}

function partsOf(peer: PeerSource): Connection {
  // An inner interceptor may override `getPeer` (from a proxy's header, say): then its string counts.
  if (peer.getConnectionInfo === undefined || 'nextCall' in peer) return {};
  try {
    return peer.getConnectionInfo();
  } catch {
    return {};
  }
}

function cacheParts(address: string, port: number): PeerTags {
  if (byPartsSize >= MAX_CACHED_PEERS) {
    byParts.clear();
    byPartsSize = 0;
  }
  const tags = Object.freeze(parse(`${address}:${port}`));
  const ports = byParts.get(address) ?? new Map<number, PeerTags>();
  byParts.set(address, ports.set(port, tags));
  byPartsSize++;
  return tags;
}

/**
 * Tag `peer.address`, and for an IP address with a port also `peer.ipv4` or `peer.ipv6`, and
 * `peer.port`. Reads `127.0.0.1:80`, `[::1]:80` and `::1:80`, which is what a grpc-js server returns.
 */
export function tagsOfAddress(peer: string): PeerTags {
  let tags = byText.get(peer);
  if (tags === undefined) {
    tags = Object.freeze(parse(peer));
    if (byText.size >= MAX_CACHED_PEERS) byText.clear();
    byText.set(peer, tags);
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

function hostOf(host: string): string {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const mapped = bare.startsWith(MAPPED_IPV4) ? bare.slice(MAPPED_IPV4.length) : '';
  return isIP(mapped) === 4 ? mapped : bare;
}
