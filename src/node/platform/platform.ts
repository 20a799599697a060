import { Buffer } from 'node:buffer';
import { randomFillSync } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import v8 from 'node:v8';
import type { Platform, Timer } from '../../core/host/platform.js';
import { NodeClock } from './clock.js';
import { runOutside } from './outside.js';

/** Node's side of the core: clocks, randomness, timers, Buffers, host name. Bun and Deno have it too. */
export const nodePlatform: Platform = {
  clock: new NodeClock(),
  randomWords: (words: Uint32Array): void => {
    randomFillSync(words);
  },
  startTimer: (callback: () => void, delayMillis: number): Timer => {
    // Looked up at each call, so that a test's fake timers are seen.
    const handle = runOutside(() => setTimeout(callback, delayMillis));
    handle.unref?.();
    return { cancel: () => clearTimeout(handle) };
  },
  allocate: (length: number): Uint8Array => Buffer.allocUnsafeSlow(length),
  writeUtf8: (text: string, target: Uint8Array, offset: number): number =>
    asBuffer(target).write(text, offset),
  readUtf8: (bytes: Uint8Array, start: number, end: number): string =>
    asBuffer(bytes).toString('utf8', start, end),
  runOutside,
  onRestored: whileAnImageIsMade(),
  hostname: (): string => ofSystem('hostname', hostname, ''),
  ip: (): string => ofSystem('networkInterfaces', firstAddress, '0.0.0.0'),
};

/** `node --build-snapshot` makes an image of the process, from which others start. */
function whileAnImageIsMade(): ((callback: () => void) => void) | undefined {
  const { startupSnapshot: image } = v8;
  try {
    // Documented as a boolean; Node.js answers with 0 or 1.
    if (!image.isBuildingSnapshot()) return undefined;
  } catch {
    // Another runtime, which has nothing of the kind.
    return undefined;
  }
  return (callback) => image.addDeserializeCallback(callback);
}

/** The first IPv4 address that is not a loopback's. */
function firstAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find((address) => address.family === 'IPv4' && !address.internal);
    if (found) return found.address;
  }
  return '0.0.0.0';
}

/** The part of Deno that says what a program may read of the system. */
interface DenoPermissions {
  querySync?(descriptor: { readonly name: 'sys'; readonly kind: string }): {
    readonly state: string;
  };
}

/**
 * Deno throws where a permission is not given and, in a terminal, stops the program to ask for it: a
 * tracer must not do that for a tag, so it is asked for without a word.
 */
function ofSystem(kind: string, read: () => string, fallback: string): string {
  const { Deno } = globalThis as { Deno?: { permissions?: DenoPermissions } };
  try {
    const state = Deno?.permissions?.querySync?.({ name: 'sys', kind }).state ?? 'granted';
    return state === 'granted' ? read() : fallback;
  } catch {
    return fallback;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
