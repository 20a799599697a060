// The public names of `spoor/grpc/connect`, by hand, in groups: tracing for clients and servers of Connect.

// Interceptor
export { connectInterceptor, type ConnectTracingOptions } from './interceptor.js';
export type {
  ConnectHeaders,
  ConnectInterceptor,
  ConnectRequest,
  ConnectResponse,
  ConnectSignal,
} from './connect-types.js';

// Options
export { notHealthOrReflection } from '../settings/not-health-or-reflection.js';
export type { GrpcTracingOptions, OpenTracingTracer } from '../settings/options.js';
export type { GrpcCallEndInfo, GrpcCallInfo, GrpcMessageDirection } from '../call/call-info.js';
export type { GrpcCallType, GrpcMethod } from '../call/method.js';
export type { GrpcSide } from '../call/status.js';
export type { Logger } from '../../core/host/logger.js';
