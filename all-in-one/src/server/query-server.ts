import type { Ingest } from '../ingest/ingest.js';
import { importBody } from '../import/import-body.js';
import type { ReceiverCounters } from '../ingest/receiver-counters.js';
import { answer, answerText, type Exchange, TEXT_TYPE } from '../http/answer.js';
import { HttpError } from '../http/http-error.js';
import { mediaType } from '../http/media-type.js';
import { type BodyLimits, readBody } from '../http/read-body.js';
import { type ApiHost, handleApi } from '../query/api/api.js';
import { handleApiV3 } from '../query/api/api-v3.js';
import { answerApiError, answerData, answerV3Error } from '../query/api/envelope.js';
import { type CollectorStats, prometheusText } from '../query/api/stats.js';
import type { Tail } from '../query/api/tail.js';
import { answerPage } from './page-files.js';

/** What the query port needs of the collector. */
export interface QueryHost extends ApiHost {
  readonly ingest: Ingest;
  readonly tail: Tail;
  readonly stats: () => CollectorStats;
  /** Counters of imports. */
  readonly imported: ReceiverCounters;
  /** Limits for imports. */
  readonly limits: BodyLimits;
  /** Folder of the built page; undefined if it is not built. */
  readonly pageFolder: string | undefined;
}

const API = '/api/';
const API_V3 = '/api/v3/';

/** Answers a request on the query port. */
export async function handleQuery(exchange: Exchange, host: QueryHost): Promise<void> {
  const { request, url } = exchange;
  if (url.pathname === `${API}import`) return takeImport(exchange, host);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpError(405, 'method not allowed');
  }
  if (url.pathname.startsWith(API)) return answerApi(exchange, host);
  if (url.pathname === '/metrics') {
    const type = 'text/plain; version=0.0.4; charset=utf-8';
    answer(exchange, 200, type, prometheusText(host.stats()));
  } else if (url.pathname === '/health') {
    answer(exchange, 200, TEXT_TYPE, 'ok\n');
  } else {
    await answerPage(exchange, host.pageFolder);
  }
}

/** Answers an error in the format of the API that the path belongs to. */
export function answerQueryError(exchange: Exchange, error: HttpError): void {
  const { pathname } = exchange.url;
  if (pathname.startsWith(API_V3)) answerV3Error(exchange, error);
  else if (pathname.startsWith(API)) answerApiError(exchange, error);
  else answerText(exchange, error.status, error.message);
}

async function answerApi(exchange: Exchange, host: QueryHost): Promise<void> {
  const { pathname } = exchange.url;
  // Other websites must not read the traces.
  exchange.response.setHeader('cross-origin-resource-policy', 'same-origin');
  exchange.response.setHeader('cache-control', 'no-store');
  if (pathname === `${API}tail`) host.tail.attach(exchange);
  else if (pathname === `${API}stats`) answerData(exchange, host.stats());
  else {
    const handle = pathname.startsWith(API_V3) ? handleApiV3 : handleApi;
    if (!(await handle(exchange, host))) throw new HttpError(404, 'no such path');
  }
}

/** Content types that another website cannot send without a preflight, which gets no answer. */
const IMPORT_TYPES: readonly string[] = [
  'application/json',
  'application/x-ndjson',
  'application/jsonl',
];

async function takeImport(exchange: Exchange, host: QueryHost): Promise<void> {
  const { request } = exchange;
  if (request.method !== 'POST') throw new HttpError(405, 'method not allowed');
  if (!IMPORT_TYPES.includes(mediaType(request.headers['content-type']))) {
    throw new HttpError(415, `unsupported media type, supported: [${IMPORT_TYPES.join(', ')}]`);
  }
  const body = await readBody(exchange, host.limits);
  try {
    const { batches, ...counts } = importBody(body);
    const spans = host.ingest.take(batches);
    host.imported.taken(body.length, spans);
    answerData(exchange, { ...counts, spans });
  } catch (error) {
    host.imported.unreadable(body.length);
    throw new HttpError(400, (error as Error).message);
  }
}
