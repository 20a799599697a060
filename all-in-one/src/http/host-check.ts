import { isIP } from 'node:net';

/*
 * DNS rebinding: a website can let its own domain name resolve to 127.0.0.1. Its page may then read the answers
 * of this server, because the browser sees one origin. The Host header reveals the attack: it names the website.
 */

/** Whether this Host header names this server. */
export function isAllowedHost(header: string | undefined, allowed: readonly string[]): boolean {
  if (header === undefined) return true; // HTTP/1.0, which no browser sends
  const name = hostName(header);
  if (name === undefined) return false;
  if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0) return true;
  return allowed.some((host) => host === '*' || host.toLowerCase() === name);
}

/** The name in `name`, `name:port`, `[::1]` or `[::1]:port`, in lower case. */
function hostName(header: string): string | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(header.trim());
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
