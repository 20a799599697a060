import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpError } from '../../../src/http/http-error.js';
import { answerPage } from '../../../src/server/page-files.js';
import { type Answer, ask, query, running } from '../running.js';

let folder: string;
let server: Server;
let notBuilt: Server;

/** A server that answers with the page in this folder. */
async function serving(page: string | undefined): Promise<Server> {
  const started = createServer((request, response) => {
    const url = new URL(request.url!, 'http://localhost');
    answerPage({ request, response, url }, page).catch((error: unknown) => {
      response.writeHead((error as HttpError).status).end();
    });
  });
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return started;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spoor-page-'));
  await mkdir(join(folder, 'static'));
  await writeFile(join(folder, 'index.html'), '<h1>the page</h1>');
  await writeFile(join(folder, 'secret'), 'no');
  await writeFile(join(folder, 'static', 'app.js'), 'run()');
  await writeFile(join(folder, 'static', 'app-0a1b2c3d.css'), 'a{}');
  await writeFile(join(folder, 'static', '.hidden'), 'no');
  server = await serving(folder);
  notBuilt = await serving(undefined);
});

afterAll(async () => {
  server.close();
  notBuilt.close();
  await rm(folder, { recursive: true });
});

const get = (path: string, from: Server = server): Promise<Answer> =>
  ask(`http://127.0.0.1:${(from.address() as AddressInfo).port}${path}`);

test.each(['/', '/trace/abc?x=1', '/search', '/compare', '/dependencies', '/anything/else'])(
  '%s is the page, which reads the path itself',
  async (path) => {
    const { status, text, headers } = await get(path);
    expect([status, text]).toEqual([200, '<h1>the page</h1>']);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
  },
);

test('files of the page have their types; those whose names change with them may be kept', async () => {
  const script = await get('/static/app.js');
  expect(script.text).toBe('run()');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toBe('no-cache');
  const style = await get('/static/app-0a1b2c3d.css');
  expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(style.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
});

test.each([
  '/static/',
  '/static/none.js',
  '/static/.hidden',
  '/static/..%2fsecret',
  '/static/%2e%2e/secret',
  '/static/..\\secret',
  '/static//etc/passwd',
  '/static/app.js%00',
])('%s is not there', async (path) => {
  const { text } = await get(path);
  expect(text).not.toContain('no');
  expect(['', '<h1>the page</h1>']).toContain(text);
});

test('a browser may run the page’s own script, and nothing else', async () => {
  for (const path of ['/', '/static/app.js']) {
    const { headers } = await get(path);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  }
});

describe('where the page is not built', () => {
  test('it says how to build it, with the same headers', async () => {
    const { status, text, headers } = await get('/trace/abc', notBuilt);
    expect(status).toBe(200);
    expect(text).toContain('npm run build');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await get('/static/app.js', notBuilt)).status).toBe(404);
  });
});

test('a collector serves a page, built or not', async () => {
  const collector = await running();
  const { status, headers } = await query(collector, '/');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
});
