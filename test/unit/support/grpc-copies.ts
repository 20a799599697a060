import { vi } from 'vitest';
import type * as grpc from '@grpc/grpc-js';
import type * as tracing from '../../../src/grpc/index.js';

export type Grpc = typeof grpc;
export type Tracing = typeof tracing;

/** One version of grpc-js, and `spoor/grpc` as it is where an application has that version. */
export interface GrpcCopy {
  readonly version: string;
  readonly grpc: Grpc;
  readonly tracing: Tracing;
}

async function newest(): Promise<GrpcCopy> {
  const [grpc, tracing] = await Promise.all([
    import('@grpc/grpc-js'),
    import('../../../src/grpc/index.js'),
  ]);
  return { version: '1.14', grpc, tracing };
}

/** The import of `@grpc/grpc-js` leads to the other version while `spoor/grpc` is loaded again. */
async function oldest(): Promise<GrpcCopy> {
  const grpc = (await import('grpc-js-1.10')) as unknown as Grpc;
  vi.doMock('@grpc/grpc-js', () => grpc);
  vi.resetModules();
  const tracing = await import('../../../src/grpc/index.js');
  vi.doUnmock('@grpc/grpc-js');
  vi.resetModules();
  return { version: '1.10', grpc, tracing };
}

/** The newest grpc-js and the oldest that is supported, each with what it needs. */
export const COPIES: readonly GrpcCopy[] = [await newest(), await oldest()];
