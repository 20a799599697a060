// The public names of `spoor/collector`, by hand, in groups.

// Listening
export {
  type DatagramInfo,
  startUdpReceiver,
  type UdpReceiver,
  type UdpReceiverOptions,
  type UdpReceiverStats,
} from './udp-receiver.js';
export type { ThriftEncoding } from '../core/thrift/jaeger-decoder.js';
export {
  ThriftDecodeError,
  type ThriftDecodeErrorCode,
} from '../core/thrift/thrift-decode-error.js';

// What arrives
export type {
  JaegerBatch,
  JaegerClientStats,
  JaegerLog,
  JaegerProcess,
  JaegerReference,
  JaegerSpan,
  JaegerTag,
} from '../core/thrift/jaeger-model.js';

// Showing it
export type { ReportedSpan } from './trace-forest.js';
export { formatTraceTree } from './trace-tree.js';
