import { isIP } from 'node:net';

/*
 * A page of any website may send requests to a name of its own that its DNS server says is 127.0.0.1
 * ("DNS rebinding"): to the browser they are of one origin, and the page reads the answers. The
 * header Host tells them apart, since it names the website.
 */

/** Whether a request with this header Host is meant for this server. */
export function isAllowedHost(header: string | undefined, allowed: readonly string[]): boolean {
  if (header === undefined) return true; // HTTP/1.0: no browser sends that
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
