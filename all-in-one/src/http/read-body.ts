import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate, type ZlibOptions } from 'node:zlib';
import type { Exchange } from './answer.js';
import type { BodyBudget } from './body-budget.js';
import { HttpError } from './http-error.js';

/** Bounds of a body. */
export interface BodyLimits {
  /** Largest body, in bytes, before and after decompression. */
  readonly maxBytes: number;
  readonly budget: BodyBudget;
}

const decompressors: Readonly<
  Record<string, (bytes: Buffer, options: ZlibOptions) => Promise<Buffer>>
> = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * The body of a request, decompressed. Rejects with `HttpError`: 413 for one past the limit (without
 * reading it, where its length is announced), 503 where too many are being read, 400 for one that
 * cannot be decompressed or that its sender broke off.
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
    // The connection stays open when the loop is left: the answer has yet to be sent.
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
