import { dottedIp } from './go-text.js';
import type { JsonTag } from './json-tags.js';

const ADDRESS_KEYS: readonly string[] = ['ip', 'peer.ipv4'];

/** Replaces IP addresses sent as numbers by dotted addresses, in place. */
export function withAddresses(tags: JsonTag[]): void {
  for (let i = 0; i < tags.length; i++) {
    const { key, value } = tags[i]!;
    if (typeof value === 'number' && ADDRESS_KEYS.includes(key)) {
      tags[i] = { key, type: 'string', value: dottedIp(value) };
    }
  }
}

/** Identifies the host of a process: its tag `ip`; empty if absent. */
export function hostKeyOf(tags: readonly JsonTag[]): string {
  const ip = tags.find(({ key }) => key === 'ip');
  if (typeof ip?.value === 'number') return dottedIp(ip.value);
  return typeof ip?.value === 'string' ? ip.value : '';
}
