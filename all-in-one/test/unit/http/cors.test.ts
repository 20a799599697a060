import { request as httpRequest } from 'node:http';
import { describe, expect, test } from 'vitest';
import { readArguments, UsageError } from '../../../src/cli/arguments.js';
import type { Collector } from '../../../src/index.js';
import { settle } from '../../../src/server/options.js';
import { received, running, urlOf } from '../running.js';

const SHOP = 'https://shop.example';

interface Got {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** `fetch` sets no Origin of one's choice. */
function send(
  collector: Collector,
  listener: 'http' | 'otlpHttp' | 'sampling' | 'query',
  method: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Got> {
  const path = listener === 'otlpHttp' ? '/v1/traces' : '/api/traces';
  return new Promise((resolve, reject) => {
    httpRequest(urlOf(collector, listener, path), { method, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode!, headers: response.headers });
    })
      .on('error', reject)
      .end(body);
  });
}

const preflight = (origin: string, more = {}): Record<string, string> => ({
  origin,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,x-tenant',
  ...more,
});
const corsHeaders = ({ headers }: Got): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control-'));

describe.each(['http', 'otlpHttp'] as const)('on the port %s', (listener) => {
  test('without the option there is no preflight, and no header', async () => {
    const collector = await running();
    const got = await send(collector, listener, 'OPTIONS', preflight(SHOP));
    expect(got.status).toBe(405);
    expect(corsHeaders(got)).toEqual([]);
    expect(got.headers['vary']).toBeUndefined();
  });

  test.each([
    { allowed: [SHOP], origin: SHOP, answer: SHOP },
    { allowed: ['https://other.example', SHOP], origin: SHOP, answer: SHOP },
    { allowed: [SHOP], origin: 'HTTPS://Shop.Example', answer: 'HTTPS://Shop.Example' },
    { allowed: ['*'], origin: SHOP, answer: '*' },
    { allowed: ['null'], origin: 'null', answer: 'null' },
    {
      allowed: ['http://localhost:*'],
      origin: 'http://localhost:5173',
      answer: 'http://localhost:5173',
    },
    {
      allowed: ['https://*.shop.example'],
      origin: 'https://a.b.shop.example',
      answer: 'https://a.b.shop.example',
    },
  ])('$origin is allowed by $allowed', async ({ allowed, origin, answer }) => {
    const collector = await running({ corsAllowedOrigins: allowed });
    const got = await send(collector, listener, 'OPTIONS', preflight(origin));
    expect(got.status).toBe(204);
    expect(got.headers).toMatchObject({
      'access-control-allow-origin': answer,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type,x-tenant',
      vary: 'Origin',
    });
    expect(got.headers['access-control-allow-credentials']).toBeUndefined();
    expect(got.headers['access-control-allow-private-network']).toBeUndefined();
  });

  test.each([
    { allowed: [SHOP], origin: 'https://evil.example' },
    { allowed: [SHOP], origin: 'http://shop.example' },
    { allowed: [SHOP], origin: `${SHOP}:8443` },
    { allowed: [SHOP], origin: `${SHOP}.evil.example` },
    { allowed: [SHOP], origin: 'https://shopxexample' },
    { allowed: [SHOP], origin: 'null' },
    { allowed: ['https://*.shop.example'], origin: 'https://shop.example' },
    { allowed: ['https://*.shop.example'], origin: 'https://evil.example/.shop.example' },
    { allowed: ['http://localhost:*'], origin: 'http://localhost.evil.example' },
  ])('$origin is not allowed by $allowed', async ({ allowed, origin }) => {
    const collector = await running({ corsAllowedOrigins: allowed });
    const got = await send(collector, listener, 'OPTIONS', preflight(origin));
    expect(got.status).toBe(405);
    expect(corsHeaders(got)).toEqual([]);
  });

  test('answers and errors have the header, so that the script can read them', async () => {
    const collector = await running({ corsAllowedOrigins: [SHOP] });
    const type = listener === 'http' ? 'application/x-thrift' : 'application/json';
    const headers = { origin: SHOP, 'content-type': type };
    const bad = await send(collector, listener, 'POST', headers, 'x');
    expect(bad.status).toBe(400);
    expect(bad.headers).toMatchObject({ 'access-control-allow-origin': SHOP, vary: 'Origin' });
    const other = await send(collector, listener, 'POST', { ...headers, origin: 'https://x' }, 'x');
    expect(corsHeaders(other)).toEqual([]);
    const none = await send(collector, listener, 'POST', { 'content-type': type }, 'x');
    expect([none.status, corsHeaders(none)]).toEqual([400, []]);
  });

  test('Chrome’s question about private networks is answered', async () => {
    const collector = await running({ corsAllowedOrigins: [SHOP] });
    const asked = preflight(SHOP, { 'access-control-request-private-network': 'true' });
    const { headers } = await send(collector, listener, 'OPTIONS', asked);
    expect(headers['access-control-allow-private-network']).toBe('true');
  });

  test('an OPTIONS that is no preflight, and a foreign Host, are refused as before', async () => {
    const collector = await running({ corsAllowedOrigins: ['*'] });
    expect((await send(collector, listener, 'OPTIONS', { origin: SHOP })).status).toBe(405);
    const foreign = await send(collector, listener, 'OPTIONS', {
      ...preflight(SHOP),
      host: 'evil.example',
    });
    expect(foreign.status).toBe(403);
    const name = listener === 'http' ? 'thrift-http' : 'otlp-http';
    expect(received(collector, name).refusedBy).toEqual({ 'bad-request': 1, host: 1 });
  });
});

test('a span that a script sends arrives', async () => {
  const collector = await running({ corsAllowedOrigins: [SHOP] });
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'click' };
  const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  const headers = { origin: SHOP, 'content-type': 'application/json' };
  const { status } = await send(collector, 'otlpHttp', 'POST', headers, body);
  expect([status, collector.stats().spans]).toEqual([200, 1]);
});

test('other ports stay closed to other websites', async () => {
  const collector = await running({ corsAllowedOrigins: ['*'] });
  for (const listener of ['query', 'sampling'] as const) {
    const got = await send(collector, listener, 'OPTIONS', preflight(SHOP));
    expect(corsHeaders(got)).toEqual([]);
    expect(corsHeaders(await send(collector, listener, 'GET', { origin: SHOP }))).toEqual([]);
  }
});

describe('--cors.allowed-origins', () => {
  const origins = (...args: string[]): unknown => {
    const request = readArguments(args);
    return request.kind === 'run' && request.run.options.corsAllowedOrigins;
  };
  const option = '--cors.allowed-origins';

  test('is a list, repeatable, none by default', () => {
    expect(origins()).toBeUndefined();
    expect(settle({}).corsAllowedOrigins).toEqual([]);
    expect(origins(option, '*')).toEqual(['*']);
    expect(origins(option, 'http://a, https://b:1', `${option}=null`)).toEqual([
      'http://a',
      'https://b:1',
      'null',
    ]);
  });

  test.each(['shop.example', '', 'http://a,', 'https://a/', 'https://a/path', 'https://', 'a b'])(
    '"%s" is no origin',
    (text) => {
      expect(() => origins(option, text)).toThrow(UsageError);
      expect(() => origins(option, text)).toThrow(/^--cors.allowed-origins: expected origins/);
      const [wrong] = text.split(',').slice(-1) as [string];
      expect(() => settle({ corsAllowedOrigins: [wrong] })).toThrow(RangeError);
    },
  );
});
