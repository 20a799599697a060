import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { Platform, Timer } from '../core/platform.js';
import { NodeClock } from './clock.js';

/** Node's side of the core: clocks, randomness, timers, Buffers, host name. Bun and Deno have it too. */
export const nodePlatform: Platform = {
  clock: new NodeClock(),
  randomWords: (words: Uint32Array): void => {
    randomFillSync(words);
  },
  startTimer: (callback: () => void, delayMillis: number): Timer => {
    // Looked up at each call, so that a test's fake timers are seen.
    const handle = setTimeout(callback, delayMillis);
    handle.unref?.();
    return { cancel: () => clearTimeout(handle) };
  },
  allocate: (length: number): Uint8Array => Buffer.allocUnsafeSlow(length),
  writeUtf8: (text: string, target: Uint8Array, offset: number): number =>
    asBuffer(target).write(text, offset),
  readUtf8: (bytes: Uint8Array, start: number, end: number): string =>
    asBuffer(bytes).toString('utf8', start, end),
  hostname: (): string => orElse(hostname, ''),
  ip: (): string => orElse(firstAddress, '0.0.0.0'),
};

/** The first IPv4 address that is not a loopback's. */
function firstAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((address) => address.family === 'IPv4' && !address.internal);
    if (found) return found.address;
  }
  return '0.0.0.0';
}

/** Deno asks for a permission, and throws where it is not given. */
function orElse(read: () => string, fallback: string): string {
  try {
    return read();
  } catch {
    return fallback;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
