import type { IpFamily } from './address.js';
import { UdpError } from './errors.js';

/** The part of Deno's permission API that is used. */
interface DenoPermissions {
  querySync?(descriptor: { readonly name: 'net'; readonly host: string }): {
    readonly state: string;
  };
}

/** The hosts that a socket needs. */
export interface NetAccess {
  readonly family: IpFamily;
  /** The name that the runtime has to look up; undefined if there is none, or if it is resolved. */
  readonly name: string | undefined;
  /** The agent's address; undefined until the name is resolved. */
  readonly address: string | undefined;
  readonly port: number;
}

/**
 * Checks Deno's permissions before a socket is used. Without a permission, `node:dgram` on Deno throws an
 * exception that cannot be caught, which ends the program. Every state other than `granted` counts as denied: a
 * tracer must not make the runtime prompt.
 *
 * @throws UdpError `not-permitted`, with the missing flag
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

/** Also contains the bound address. A name is looked up without a port; datagrams go to its address. */
function hostsOf({ family, name, address, port }: NetAccess): string[] {
  const hosts = [family === 6 ? '[::]:0' : '0.0.0.0:0'];
  if (name !== undefined) hosts.push(name);
  if (address !== undefined) hosts.push(withPort(address, port));
  return hosts;
}

/** Hosts that are needed only after the name is resolved, so that the first error names the complete flag. */
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
    // Deno throws for a string that is no host. No permission can exist for it.
    return false;
  }
}
