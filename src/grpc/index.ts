// The public names of `spoor/grpc`, by hand, in groups.

// Interceptors
export {
  clientInterceptor,
  type GrpcTracingOptions,
  serverInterceptor,
  tracedClientOptions,
} from './grpc-js/interceptors.js';

// One call
export { withParent } from './span/parent-option.js';
export { spanOf } from './grpc-js/span-of.js';

// Options
export { notHealthOrReflection } from './settings/not-health-or-reflection.js';
export type { GrpcCallType, GrpcMethod } from './call/method.js';
export type {
  CallEndInfo,
  CallInfo,
  MessageDirection,
  OpenTracingTracer,
  TracingOptions,
} from './settings/options.js';
export type { GrpcSide } from './call/status.js';
