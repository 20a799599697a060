import { answer, type Exchange, JSON_TYPE } from '../../http/answer.js';
import type { HttpError } from '../../http/http-error.js';

/** An error within Jaeger's envelope. */
export interface EnvelopeError {
  readonly code?: number;
  readonly msg: string;
  readonly traceID?: string;
}

/** Jaeger's envelope before the data; `envelopeEnd` is the part after it. */
export const ENVELOPE_START = '{"data":';

/** Jaeger's envelope after the data. */
export function envelopeEnd(total: number, errors: readonly EnvelopeError[] | null): string {
  return `,"total":${total},"limit":0,"offset":0,"errors":${JSON.stringify(errors)}}`;
}

/** Answers with data in Jaeger's envelope. */
export function answerData(exchange: Exchange, data: unknown, total: number = 0): void {
  const isPretty = !['', 'false'].includes(exchange.url.searchParams.get('prettyPrint') ?? '');
  const body = { data, total, limit: 0, offset: 0, errors: null };
  const text = isPretty ? JSON.stringify(body, undefined, 4) : JSON.stringify(body);
  answer(exchange, 200, JSON_TYPE, text);
}

/** Answers with an error in Jaeger's envelope. */
export function answerApiError(exchange: Exchange, { status, message }: HttpError): void {
  const errors = [{ code: status, msg: message }];
  const body = ENVELOPE_START + 'null' + envelopeEnd(0, errors);
  answer(exchange, status, JSON_TYPE, body);
}

/** Answers with an error as Jaeger's `/api/v3` does. */
export function answerV3Error(exchange: Exchange, { status, message }: HttpError): void {
  const body = JSON.stringify({ error: { httpCode: status, message } });
  answer(exchange, status, JSON_TYPE, body);
}
