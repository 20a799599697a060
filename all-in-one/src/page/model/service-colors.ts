/** How many colours the style sheet has: its classes `svc-0` ... */
export const SERVICE_COLORS = 14;

/**
 * A colour for each service, as a number below `SERVICE_COLORS`. A service has the same one on every
 * page, unless another one that came before it has taken it; with more services than colours they repeat.
 */
export function assignColors(services: Iterable<string>): ReadonlyMap<string, number> {
  const colors = new Map<string, number>();
  const taken = new Set<number>();
  for (const service of services) {
    if (colors.has(service)) continue;
    let color = hash(service) % SERVICE_COLORS;
    if (taken.size < SERVICE_COLORS) {
      while (taken.has(color)) color = (color + 1) % SERVICE_COLORS;
    }
    taken.add(color);
    colors.set(service, color);
  }
  return colors;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x81_1c_9d_c5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01_00_01_93);
  }
  return (value ^ (value >>> 15)) >>> 0;
}
