import type { Buffer } from 'node:buffer';
import { decodeJson } from '../otlp/decode-json.js';
import { decodeProtobuf } from '../otlp/decode-protobuf.js';
import { OtlpDecodeError } from '../otlp/otlp-request.js';
import { encodeResponse, encodeStatus, jsonResponse, jsonStatus } from '../otlp/response.js';
import { answer, answerJson, answerText, type Exchange } from '../http/answer.js';
import { HttpError } from '../http/http-error.js';
import { mediaType } from '../http/media-type.js';
import { readBody } from '../http/read-body.js';
import { takeOtlp } from './take-otlp.js';
import type { BodySink } from './thrift-http.js';

const PATH = '/v1/traces';
const PROTOBUF = 'application/x-protobuf';
const JSON_BODY = 'application/json';

/**
 * OTLP/HTTP, port 4318: `POST /v1/traces` with an ExportTraceServiceRequest in protobuf or JSON. Answers 200
 * with an ExportTraceServiceResponse, or an error with the OpenTelemetry Collector's messages.
 */
export async function handleOtlpHttp(exchange: Exchange, sink: BodySink): Promise<void> {
  const { request, url } = exchange;
  if (url.pathname !== PATH) throw new HttpError(404, '404 page not found', 'bad-request');
  if (request.method !== 'POST') {
    throw new HttpError(405, '405 method not allowed, supported: [POST]', 'bad-request');
  }
  const type = mediaType(request.headers['content-type']);
  if (type !== PROTOBUF && type !== JSON_BODY) {
    const message = `415 unsupported media type, supported: [${JSON_BODY}, ${PROTOBUF}]`;
    throw new HttpError(415, message, 'bad-request');
  }
  const body = await readBody(exchange, sink.limits);
  const rejected = takeOtlp(body, sink, decoderOf(type));
  if (type === PROTOBUF) answer(exchange, 200, PROTOBUF, encodeResponse(rejected));
  else answer(exchange, 200, JSON_BODY, JSON.stringify(jsonResponse(rejected)));
}

function decoderOf(type: string): (body: Buffer) => ReturnType<typeof decodeJson> {
  const decode = type === PROTOBUF ? decodeProtobuf : decodeJson;
  return (body) => {
    try {
      return decode(body);
    } catch (error) {
      if (error instanceof OtlpDecodeError) throw new HttpError(400, error.message);
      throw error;
    }
  };
}

/** Answers 400 in the encoding of the request; exporters read other errors as plain text. */
export function answerOtlpError(exchange: Exchange, error: HttpError): void {
  const type = mediaType(exchange.request.headers['content-type']);
  if (error.status !== 400) answerText(exchange, error.status, error.message);
  else if (type === PROTOBUF) answer(exchange, 400, PROTOBUF, encodeStatus(error.message));
  else answerJson(exchange, 400, jsonStatus(error.message));
}
