import type { Exchange } from './answer.js';

/*
 * CORS: scripts of a website can send requests to another origin only if its server allows the website's origin.
 */

/** Time for which a browser need not ask again, in seconds. */
const MAX_AGE = '7200';
/** `*`, `null` (pages from files), or a scheme with a host and perhaps a port; the host may have wildcards. */
const ORIGIN_PATTERN = /^(?:\*|null|[a-z][a-z0-9+.-]*:\/\/[^/\s,]+)$/i;

/** Whether a text is an origin that can be allowed. */
export function isOriginPattern(text: string): boolean {
  return ORIGIN_PATTERN.test(text);
}

/**
 * Sets the headers for a request of an allowed origin, and answers its preflight. Returns whether the request is
 * answered. Does nothing if the request has no origin or its origin is not allowed: the browser then refuses.
 */
export function answerCors({ request, response }: Exchange, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return false;
  const { headers } = request;
  response.setHeader('vary', 'Origin');
  const { origin } = headers;
  if (origin === undefined || !isAllowedOrigin(origin, allowed)) return false;
  response.setHeader('access-control-allow-origin', allowed.includes('*') ? '*' : origin);
  const method = headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || method === undefined) return false;
  response.setHeader('access-control-allow-methods', 'POST');
  const wanted = headers['access-control-request-headers'];
  if (wanted !== undefined) response.setHeader('access-control-allow-headers', wanted);
  // Chrome asks for this before a public website reaches a local address.
  if (headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
  response.setHeader('access-control-max-age', MAX_AGE);
  response.writeHead(204);
  response.end();
  return true;
}

/** Whether an origin matches one of the patterns. Case is ignored. */
function isAllowedOrigin(origin: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) => pattern === '*' || expressionOf(pattern).test(origin));
}

/** A `*` within a pattern is any part of a host name or a port. */
function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[a-z0-9.:-]*')}$`, 'i');
}
