import type { GrpcMethod } from '../call/method.js';

const LEFT_OUT: ReadonlySet<string> = new Set([
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
]);

/** For `include`: every call but gRPC's own health checks and server reflection. */
export function notHealthOrReflection(info: { readonly method: GrpcMethod }): boolean {
  return !LEFT_OUT.has(info.method.service);
}
