import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

export const JSON_TYPE = 'application/json; charset=utf-8';
export const TEXT_TYPE = 'text/plain; charset=utf-8';

/** A request and the response to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

/** Sends a complete response. */
export function answer(
  { request, response }: Exchange,
  status: number,
  contentType: string,
  body: string | Uint8Array,
  headers: OutgoingHttpHeaders = {},
): void {
  // Stops browsers from guessing a type: content of spans must never run as a page.
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-type', contentType);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Sends a value as JSON. */
export function answerJson(exchange: Exchange, status: number, value: unknown): void {
  answer(exchange, status, JSON_TYPE, JSON.stringify(value));
}

/** Sends an error as Go's HTTP servers do: a line of text. */
export function answerText(exchange: Exchange, status: number, text: string): void {
  answer(exchange, status, TEXT_TYPE, `${text}\n`);
}
