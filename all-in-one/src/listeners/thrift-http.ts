import type { Buffer } from 'node:buffer';
import { type DecodedBatch, decodeBatch } from '../thrift/jaeger-decoder.js';
import type { Ingest } from '../ingest/ingest.js';
import type { ReceiverCounters } from '../ingest/receiver-counters.js';
import { answer, type Exchange, TEXT_TYPE } from '../http/answer.js';
import { HttpError } from '../http/http-error.js';
import { mediaType } from '../http/media-type.js';
import { type BodyLimits, readBody } from '../http/read-body.js';

const PATH = '/api/traces';
const CONTENT_TYPES: readonly string[] = [
  'application/x-thrift',
  'application/vnd.apache.thrift.binary',
];

/** What a listener needs to store the spans of a body. */
export interface BodySink {
  readonly ingest: Ingest;
  readonly counters: ReceiverCounters;
  readonly limits: BodyLimits;
}

/**
 * Port 14268: `POST /api/traces` with a `Batch` in binary Thrift. Answers 202, 400 with Jaeger's messages, or
 * 413 if the body exceeds the limit.
 */
export async function handleThriftHttp(exchange: Exchange, sink: BodySink): Promise<void> {
  const { request, url } = exchange;
  if (url.pathname !== PATH) throw new HttpError(404, '404 page not found', 'bad-request');
  if (request.method !== 'POST') throw new HttpError(405, 'method not allowed', 'bad-request');
  checkContentType(request.headers['content-type']);
  const body = await readBody(exchange, sink.limits);
  const { batch } = decode(body, sink.counters);
  sink.counters.taken(body.length, sink.ingest.takeThrift(batch));
  answer(exchange, 202, TEXT_TYPE, '');
}

function checkContentType(header: string | undefined): void {
  const type = mediaType(header);
  if (CONTENT_TYPES.includes(type)) return;
  const message =
    type === ''
      ? 'Cannot parse content type: mime: no media type'
      : `Unsupported content type: ${type}`;
  throw new HttpError(400, message, 'bad-request');
}

function decode(body: Buffer, counters: ReceiverCounters): DecodedBatch {
  try {
    return decodeBatch(body, 'binary');
  } catch (error) {
    counters.unreadable(body.length);
    throw new HttpError(400, `Unable to process request body: ${(error as Error).message}`);
  }
}
