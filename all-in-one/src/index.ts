// The public names of `spoor-all-in-one`, by hand, in groups.

// The all-in-one
export { type Collector, startCollector } from './server/start-collector.js';
export type { CollectorLimits, CollectorOptions } from './server/options.js';
export { ListenError } from './server/listen-error.js';
export type { ListenerName, PortSetting } from './server/ports.js';

// Its content and counters
export type { JsonLog, JsonProcess, JsonSpan, JsonTrace } from './query/jaeger-view/jaeger-json.js';
export type { JsonTag } from './query/jaeger-view/json-tags.js';
export type { CollectorStats } from './query/api/stats.js';
export type { ReceiverStats, RefusalReason } from './ingest/receiver-counters.js';

// Receiving UDP without a store
export {
  type DatagramInfo,
  startUdpReceiver,
  type UdpReceiver,
  type UdpReceiverOptions,
  type UdpReceiverStats,
} from './listeners/udp-receiver.js';
export type { ThriftEncoding } from './thrift/jaeger-decoder.js';
export { ThriftDecodeError, type ThriftDecodeErrorCode } from './thrift/thrift-decode-error.js';

// Decoded data
export type {
  JaegerBatch,
  JaegerClientStats,
  JaegerLog,
  JaegerProcess,
  JaegerReference,
  JaegerSpan,
  JaegerTag,
} from './thrift/jaeger-model.js';

// Output
export { formatTraceTree } from './terminal/format-trace-tree.js';
