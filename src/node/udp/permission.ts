import type { IpFamily } from './address.js';
import { UdpError } from './errors.js';

/** The part of Deno that says what a program may do. */
interface DenoPermissions {
  querySync?(descriptor: { readonly name: 'net'; readonly host: string }): {
    readonly state: string;
  };
}

/** What a socket would reach. */
export interface NetAccess {
  readonly family: IpFamily;
  /** A name that the runtime would look up; undefined where there is none, or none any more. */
  readonly name: string | undefined;
  /** The agent's; undefined while the name has not resolved. */
  readonly address: string | undefined;
  readonly port: number;
}

/**
 * Deno lets a program reach what it was told on its command line. A socket that reaches for more does
 * not fail: `node:dgram` throws where nobody can catch it, and the program ends. So it is asked before.
 * Anything but `granted` is a no: a tracer must not make the runtime prompt.
 *
 * @throws UdpError `not-permitted`, with the flag to give
 */
export function checkNetAccess(access: NetAccess): void {
  const { Deno } = globalThis as { Deno?: { permissions?: DenoPermissions } };
  const permissions = Deno?.permissions;
  if (typeof permissions?.querySync !== 'function') return;
  const missing = hostsOf(access).filter((host) => !isGranted(permissions, host));
  if (missing.length === 0) return;
  throw new UdpError(
    'not-permitted',
    `Deno denies network access to ${missing.join(' and ')}; ` +
      `run with --allow-net or --allow-net=${[...hostsOf(access), ...hostsToCome(access)].join(',')}`,
  );
}

/** The bound address counts, too; a name is looked up without a port, and reached by its address. */
function hostsOf({ family, name, address, port }: NetAccess): string[] {
  const hosts = [family === 6 ? '[::]:0' : '0.0.0.0:0'];
  if (name !== undefined) hosts.push(name);
  if (address !== undefined) hosts.push(withPort(address, port));
  return hosts;
}

/** What is asked for only once the name has resolved, so that the flag is whole from the start. */
function hostsToCome({ family, name, address, port }: NetAccess): string[] {
  if (address !== undefined || name === undefined) return [];
  if (name !== 'localhost') return [`<address of ${name}>:${port}`];
  return [withPort(family === 6 ? '::1' : '127.0.0.1', port)];
}

function withPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function isGranted(permissions: DenoPermissions, host: string): boolean {
  try {
    return permissions.querySync!({ name: 'net', host }).state === 'granted';
  } catch {
    // A text that is no host: nothing was granted for it.
    return false;
  }
}
