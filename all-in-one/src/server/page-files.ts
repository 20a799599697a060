import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OutgoingHttpHeaders } from 'node:http';
import { answer, type Exchange, TEXT_TYPE } from '../http/answer.js';
import { HttpError } from '../http/http-error.js';

/** Places of the built page: relative to the package's build, and to this module. */
const FOLDERS: readonly string[] = ['./page/', '../../dist/page/'];
const INDEX = 'index.html';
const STATIC_PATH = '/static/';
/** Plain file names only: no path may leave the folder. */
const STATIC_NAME = /^(?!\.)[\w.-]+$/;
/** A file name with a hash of its content. */
const HASHED_NAME = /[-.][0-9a-zA-Z_]{8,}\.\w+$/;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/** The page may run its own script and send requests to its own server only. */
const PAGE_HEADERS: OutgoingHttpHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
};

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>spoor</title>
<h1>The page is not built</h1>
<p>Traces are received and /api works. To build the page, run <code>npm run build</code>.</p>
</html>
`;

/** The folder of the built page; undefined if it is not built. */
export function pageFolder(): string | undefined {
  return FOLDERS.map((folder) => fileURLToPath(new URL(folder, import.meta.url))).find((folder) =>
    existsSync(join(folder, INDEX)),
  );
}

/** Answers all other paths: with a file of the page, or with the page itself, which reads the path. */
export async function answerPage(exchange: Exchange, folder: string | undefined): Promise<void> {
  const { pathname } = exchange.url;
  if (pathname.startsWith(STATIC_PATH)) {
    await answerStatic(exchange, folder, pathname.slice(STATIC_PATH.length));
  } else if (folder === undefined) {
    answer(exchange, 200, TYPES['.html']!, NOT_BUILT, { ...PAGE_HEADERS, ...caching(INDEX) });
  } else {
    await answerFile(exchange, join(folder, INDEX));
  }
}

async function answerStatic(
  exchange: Exchange,
  folder: string | undefined,
  name: string,
): Promise<void> {
  if (folder === undefined || !STATIC_NAME.test(name)) throw new HttpError(404, 'not found');
  await answerFile(exchange, join(folder, 'static', name));
}

async function answerFile(exchange: Exchange, path: string): Promise<void> {
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch {
    throw new HttpError(404, 'not found');
  }
  const type = TYPES[extname(path)] ?? TEXT_TYPE;
  answer(exchange, 200, type, content, { ...PAGE_HEADERS, ...caching(path) });
}

function caching(path: string): OutgoingHttpHeaders {
  const isForGood = HASHED_NAME.test(path) && !path.endsWith(INDEX);
  return { 'cache-control': isForGood ? 'public, max-age=31536000, immutable' : 'no-cache' };
}
