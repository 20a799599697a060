// The public names of `spoor/grpc/connect`, by hand.

export {
  type ConnectHeaders,
  connectInterceptor,
  type ConnectInterceptor,
  type ConnectRequest,
  type ConnectResponse,
  type ConnectSignal,
  type ConnectTracingOptions,
} from './interceptor.js';
export { notHealthOrReflection } from '../settings/not-health-or-reflection.js';
