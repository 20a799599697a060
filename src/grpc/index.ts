// The public names of `spoor/grpc`, by hand, in groups.

// Interceptors
export {
  clientInterceptor,
  type GrpcTracingOptions,
  serverInterceptor,
  tracedClientOptions,
} from './interceptors.js';

// One call
export { withParent } from './parent-option.js';
export { spanOf } from './span-of.js';

// Options
export { notHealthOrReflection } from './not-health-or-reflection.js';
export type { GrpcCallType, GrpcMethod } from './method.js';
export type {
  CallEndInfo,
  CallInfo,
  MessageDirection,
  OpenTracingTracer,
  TracingOptions,
} from './options.js';
export type { GrpcSide } from './status.js';
