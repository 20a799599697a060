/**
 * What a datagram may have where the system takes none of the size that was tried, in bytes: macOS's
 * `net.inet.udp.maxdgram`, an Ethernet frame's payload (1,500) and an IPv4 host's least (576), both
 * less the headers.
 */
const SMALLER_LIMITS: readonly number[] = [9216, 1472, 508];

/**
 * The limit to go on with where a message of so many bytes was too large for the network. Undefined
 * where `error`, which is whatever the sender rejected with, has another code, and for the smallest.
 */
export function smallerLimit(messageBytes: number, error: unknown): number | undefined {
  if (!isTooLarge(error)) return undefined;
  return SMALLER_LIMITS.find((smaller) => smaller < messageBytes);
}

function isTooLarge(error: unknown): boolean {
  try {
    return (error as { readonly code?: unknown } | null)?.code === 'too-large';
  } catch {
    return false;
  }
}
