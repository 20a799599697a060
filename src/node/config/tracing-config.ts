import type { SocketOptions, SocketType } from 'node:dgram';
import type { Metrics, MetricsFactory } from '../../core/host/metrics.js';
import type { Reporter } from '../../core/reporting/reporter.js';
import type { DebugThrottler } from '../../core/tracer/throttler.js';
import type { TracerOptions } from '../tracer/tracer.js';
import type { UdpProtocol } from '../udp/options.js';

/** `config.sampler` of `initTracer`. */
export interface SamplerConfig {
  /** `const`, `probabilistic`, `ratelimiting` or `remote`. */
  readonly type: string;
  /** const: 1 samples every trace, 0 none. probabilistic: 0..1. ratelimiting: traces per second, 0 or more. */
  readonly param: number;
  readonly hostPort?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly samplingPath?: string | undefined;
  readonly refreshIntervalMs?: number | undefined;
}

/** `config.reporter` of `initTracer`. */
export interface ReporterConfig {
  /** Log one line per finished span. Default false. */
  readonly logSpans?: boolean | undefined;
  /** Default `localhost`. */
  readonly agentHost?: string | undefined;
  /** Default 6831, or 6832 with the binary protocol. */
  readonly agentPort?: number | undefined;
  /** Default `udp4`. */
  readonly agentSocketType?: SocketType | SocketOptions | undefined;
  /** Thrift protocol of the datagrams. Default `binary` for port 6832, else `compact`. */
  readonly protocol?: UdpProtocol | undefined;
  /** Longest wait of a finished span, in milliseconds. 0 means the default, 1,000. */
  readonly flushIntervalMs?: number | undefined;
  /** Largest datagram in bytes, envelope included. 200..65,507; default 65,000. */
  readonly maxPacketSize?: number | undefined;
  /** Bytes of encoded spans that may wait. At least 1; default 8 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Spans that may wait. Default 0: only the bytes are limited. */
  readonly maxQueueSize?: number | undefined;
  /** Longest wait of `close()`, in milliseconds. At least 1; default 5,000. */
  readonly closeTimeoutMs?: number | undefined;
  readonly collectorEndpoint?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** First argument of `initTracer`. */
export interface TracingConfig {
  readonly serviceName?: string | undefined;
  /** True: the tracer does nothing. Default false. */
  readonly disable?: boolean | undefined;
  readonly sampler?: SamplerConfig | undefined;
  readonly reporter?: ReporterConfig | undefined;
  readonly throttler?: Record<string, unknown> | undefined;
  readonly traceId128bit?: boolean | undefined;
  readonly shareRpcSpan?: boolean | undefined;
}

/** Second argument of `initTracer`. */
export interface TracingOptions extends Omit<TracerOptions, 'metrics'> {
  /** Replaces the reporter that `config.reporter` describes. */
  readonly reporter?: Reporter | undefined;
  readonly metrics?: MetricsFactory | Metrics | undefined;
  /** Send integers as DOUBLE, as jaeger-client does. Default false: LONG. */
  readonly numbersAsDouble?: boolean | undefined;
  /**
   * Longest value of a tag or log field, in UTF-16 units of a string or bytes of a binary value. Longer values
   * are truncated. Default 0: limited only by the datagram.
   */
  readonly maxTagValueLength?: number | undefined;
  /** jaeger-client's name for `debugThrottler`. */
  readonly throttler?: DebugThrottler | undefined;
}
