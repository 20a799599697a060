// The public names of `spoor/grpc/nice`, by hand.

export {
  niceGrpcClientMiddleware,
  type NiceCallOptions,
  type NiceClientCall,
  type NiceClientMiddleware,
  type NiceTracingOptions,
} from './client-middleware.js';
export type { NiceMetadata } from './nice-metadata.js';
export { withParent } from '../span/parent-option.js';
export { notHealthOrReflection } from '../settings/not-health-or-reflection.js';
