import { Buffer } from 'node:buffer';
import type * as Grpc from '@grpc/grpc-js';
import type { AddressInfo } from 'node:net';
import type { Ingest } from '../ingest/ingest.js';
import type { ReceiverCounters } from '../ingest/receiver-counters.js';
import { decodeProtobuf } from '../otlp/decode-protobuf.js';
import { encodeResponse } from '../otlp/response.js';
import { takeOtlp } from './take-otlp.js';

/** Options of `openOtlpGrpc`. */
export interface OtlpGrpcOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly ingest: Ingest;
  readonly counters: ReceiverCounters;
  /** Largest request in bytes, before and after decompression. */
  readonly maxBytes: number;
}

/** A running gRPC server. */
export interface OtlpGrpc {
  address(): AddressInfo;
  /** Stops listening and cancels all calls. */
  close(): void;
}

const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** `@grpc/grpc-js`, an optional peer dependency; undefined if it is not installed. */
export async function importGrpc(): Promise<typeof Grpc | undefined> {
  try {
    return await import('@grpc/grpc-js');
  } catch {
    return undefined;
  }
}

/** Serves OTLP's TraceService. Rejects with the system's error if it cannot listen. */
export async function openOtlpGrpc(grpc: typeof Grpc, options: OtlpGrpcOptions): Promise<OtlpGrpc> {
  const { host, port, maxBytes } = options;
  const server = new grpc.Server({ 'grpc.max_receive_message_length': maxBytes });
  server.addService(traceService(), {
    Export: (
      call: Grpc.ServerUnaryCall<Buffer, Buffer>,
      callback: Grpc.sendUnaryData<Buffer>,
    ): void => take(grpc, options, call.request, callback),
  });
  const credentials = grpc.ServerCredentials.createInsecure();
  const target = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(target, credentials, (error, taken) => {
      if (error === null) resolve(taken);
      else reject(bindError(error, port));
    });
  });
  const address: AddressInfo = { address: host, port: bound, family: familyOf(host) };
  return { address: () => address, close: () => server.forceShutdown() };
}

/** The one method. Messages pass as bytes: the decoder of OTLP over HTTP reads them. */
function traceService(): Grpc.ServiceDefinition {
  const pass = (bytes: Buffer): Buffer => bytes;
  return {
    Export: {
      path: PATH,
      requestStream: false,
      responseStream: false,
      requestSerialize: pass,
      requestDeserialize: pass,
      responseSerialize: pass,
      responseDeserialize: pass,
    },
  };
}

function take(
  grpc: typeof Grpc,
  sink: OtlpGrpcOptions,
  body: Buffer,
  callback: Grpc.sendUnaryData<Buffer>,
): void {
  try {
    callback(null, Buffer.from(encodeResponse(takeOtlp(body, sink, decodeProtobuf))));
  } catch (error) {
    callback({ code: grpc.status.INVALID_ARGUMENT, details: (error as Error).message });
  }
}

/** grpc-js gives the system's error code in the message only. */
function bindError(error: Error, port: number): Error {
  const code = /\bE[A-Z]{4,}\b/.exec(error.message)?.[0];
  return Object.assign(error, { code: code ?? 'EADDRINUSE', port });
}

function familyOf(host: string): string {
  return host.includes(':') ? 'IPv6' : 'IPv4';
}
