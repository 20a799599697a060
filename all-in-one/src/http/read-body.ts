import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, type ZlibOptions } from 'node:zlib';
import type { Exchange } from './answer.js';
import type { BodyBudget } from './body-budget.js';
import { HttpError } from './http-error.js';

/** Limits for request bodies. */
export interface BodyLimits {
  /** Largest body in bytes, before and after decompression. */
  readonly maxBytes: number;
  readonly budget: BodyBudget;
}

const decompressors: Readonly<
  Record<string, (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>>
> = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * Reads and decompresses the body of a request. Rejects with `HttpError`: 413 if it exceeds the limit (before
 * reading, if Content-Length says so), 503 if too many bytes are in memory, 400 if it cannot be decompressed or
 * is incomplete.
 */
export async function readBody(exchange: Exchange, limits: BodyLimits): Promise<Buffer> {
  const { request, response } = exchange;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limits.maxBytes) throw tooLarge(limits);
  const encoding = request.headers['content-encoding']?.toLowerCase() ?? 'identity';
  const decompress = decompressors[encoding];
  if (decompress === undefined && encoding !== 'identity' && encoding !== '') {
    throw new HttpError(400, `unsupported Content-Encoding: ${encoding}`, 'bad-request');
  }
  if (request.headers.expect !== undefined) response.writeContinue();
  const body = await collect(request, limits);
  if (decompress === undefined) return body;
  try {
    return await decompress(body, { maxOutputLength: limits.maxBytes });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limits);
    throw new HttpError(400, (error as Error).message);
  }
}

async function collect(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Leaving the loop must not close the connection: the answer is still to be sent.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const piece = chunk as Buffer;
      if (!limits.budget.tryTake(piece.length)) {
        throw new HttpError(503, 'too many bodies are being received', 'busy');
      }
      bytes += piece.length;
      if (bytes > limits.maxBytes) throw tooLarge(limits);
      chunks.push(piece);
    }
    return Buffer.concat(chunks, bytes);
  } catch (error) {
    throw error instanceof HttpError ? error : new HttpError(400, 'unexpected EOF');
  } finally {
    limits.budget.giveBack(bytes);
  }
}

function tooLarge({ maxBytes }: BodyLimits): HttpError {
  return new HttpError(413, `request body too large: the limit is ${maxBytes} bytes`, 'too-large');
}
