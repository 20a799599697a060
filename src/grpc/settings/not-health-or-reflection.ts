import type { GrpcMethod } from '../call/method.js';

const EXCLUDED_SERVICES: ReadonlySet<string> = new Set([
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
]);

/** A value for `include`: excludes gRPC health checks and server reflection. */
export function notHealthOrReflection(info: { readonly method: GrpcMethod }): boolean {
  return !EXCLUDED_SERVICES.has(info.method.service);
}
