// The public names of `spoor/grpc/nice`, by hand, in groups: tracing for clients of nice-grpc. Its servers take
// `serverInterceptor` of `spoor/grpc`.

// Middleware
export {
  type NiceCallOptions,
  type NiceClientMiddleware,
  type NiceClientMiddlewareCall,
  niceGrpcClientMiddleware,
} from './client-middleware.js';
export type { NiceMetadata } from './nice-metadata.js';

// One call
export { withParent } from '../span/parent-option.js';

// Options
export { notHealthOrReflection } from '../settings/not-health-or-reflection.js';
export type { GrpcTracingOptions, OpenTracingTracer } from '../settings/options.js';
export type { GrpcCallEndInfo, GrpcCallInfo, GrpcMessageDirection } from '../call/call-info.js';
export type { GrpcCallType, GrpcMethod, GrpcMethodDefinition } from '../call/method.js';
export type { GrpcSide } from '../call/status.js';
export type { Logger } from '../../core/host/logger.js';
