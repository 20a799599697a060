import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { endianness } from 'node:os';

/*
 * Linux counts the datagrams that it dropped, per socket: a row of /proc/net/udp or /proc/net/udp6 has the local
 * address and port in hex, and the drops in its last column.
 */

/** Number of datagrams that the kernel dropped at a bound UDP socket; undefined if the system has no such count. */
export function kernelDrops(address: AddressInfo): number | undefined {
  const isIPv6 = address.family === 'IPv6';
  try {
    const table = readFileSync(`/proc/net/${isIPv6 ? 'udp6' : 'udp'}`, 'latin1');
    return dropsInTable(table, address);
  } catch {
    return undefined; // not Linux, or /proc is not mounted
  }
}

/** The drops of a socket in the text of such a file; undefined if it is not there. */
export function dropsInTable(
  table: string,
  { address, port }: Pick<AddressInfo, 'address' | 'port'>,
): number | undefined {
  const local = `${addressHex(address)}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const drops = columns.at(-1)!;
    if (columns[1] === local && /^\d+$/.test(drops)) return Number(drops);
  }
  return undefined;
}

/** An address as Linux prints it: 32-bit words in the byte order of the machine. */
function addressHex(address: string): string {
  const bytes = address.includes(':') ? ipv6Bytes(address) : address.split('.').map(Number);
  const words: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const word = bytes.slice(at, at + 4);
    if (endianness() === 'LE') word.reverse();
    words.push(word.map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  return words.join('').toUpperCase();
}

/** The bytes of `::1`, `fe80::1%eth0` or `::ffff:127.0.0.1`. */
function ipv6Bytes(address: string): number[] {
  // The URL parser writes an IPv4 part as two groups.
  const plain = new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head, tail] = plain.split('::');
  const first = groupsOf(head);
  const last = groupsOf(tail);
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}

function groupsOf(text: string | undefined): number[] {
  return (text ?? '') === '' ? [] : text!.split(':').map((group) => Number.parseInt(group, 16));
}
