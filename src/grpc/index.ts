// The public names of `spoor/grpc`, by hand, in groups.

// Interceptors
export {
  clientInterceptor,
  serverInterceptor,
  tracedClientOptions,
} from './grpc-js/interceptors.js';

// One call
export { withParent } from './span/parent-option.js';
export { spanOf } from './grpc-js/span-of.js';

// Options
export { notHealthOrReflection } from './settings/not-health-or-reflection.js';
export type { GrpcTracingOptions, OpenTracingTracer } from './settings/options.js';
export type { GrpcCallEndInfo, GrpcCallInfo, GrpcMessageDirection } from './call/call-info.js';
export type { GrpcCallType, GrpcMethod } from './call/method.js';
export type { GrpcSide } from './call/status.js';
export type { Logger } from '../core/host/logger.js';
