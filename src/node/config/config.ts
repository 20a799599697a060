import type { SocketOptions, SocketType } from 'node:dgram';
import { logError, type Logger, logWarning } from '../../core/host/logger.js';
import type { Metrics, MetricsFactory } from '../../core/host/metrics.js';
import type { DebugThrottler } from '../../core/tracer/throttler.js';
import type { Reporter } from '../../core/reporting/reporter.js';
import type { TracerOptions } from '../tracer/tracer.js';
import type { UdpProtocol } from '../udp/options.js';

/** `config.sampler` of `initTracer`. */
export interface SamplerConfig {
  /** `const`, `probabilistic`, `ratelimiting` or `remote`. */
  readonly type: string;
  /** const: 1 samples all, 0 none. probabilistic: 0..1. ratelimiting: traces a second. */
  readonly param: number;
  readonly hostPort?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly samplingPath?: string | undefined;
  readonly refreshIntervalMs?: number | undefined;
}

/** `config.reporter` of `initTracer`. */
export interface ReporterConfig {
  /** Write a line per span to the logger. Default false. */
  readonly logSpans?: boolean | undefined;
  /** Default `localhost`. */
  readonly agentHost?: string | undefined;
  /** Default 6831, or 6832 with the binary protocol. */
  readonly agentPort?: number | undefined;
  /** Default `udp4`. */
  readonly agentSocketType?: SocketType | SocketOptions | undefined;
  /** Thrift protocol of the datagrams. Default `binary` for port 6832, else `compact`. */
  readonly protocol?: UdpProtocol | undefined;
  /** Longest wait of a finished span, in milliseconds. Default 1,000; 0 is the default too. */
  readonly flushIntervalMs?: number | undefined;
  /** Largest datagram in bytes, envelope included. 200..65,507; default 65,000. */
  readonly maxPacketSize?: number | undefined;
  /** Bytes of encoded spans that may wait. At least 1; default 8 MiB. */
  readonly maxQueuedBytes?: number | undefined;
  /** Spans that may wait; 0, the default, means that only the bytes count. */
  readonly maxQueueSize?: number | undefined;
  /** Milliseconds that `close()` waits at most. At least 1; default 5,000. */
  readonly closeTimeoutMs?: number | undefined;
  readonly collectorEndpoint?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** First argument of `initTracer`. */
export interface TracingConfig {
  readonly serviceName?: string | undefined;
  /** True: a tracer that does nothing. */
  readonly disable?: boolean | undefined;
  readonly sampler?: SamplerConfig | undefined;
  readonly reporter?: ReporterConfig | undefined;
  readonly throttler?: Record<string, unknown> | undefined;
  readonly traceId128bit?: boolean | undefined;
  readonly shareRpcSpan?: boolean | undefined;
}

/** Second argument of `initTracer`. */
export interface TracingOptions extends Omit<TracerOptions, 'metrics'> {
  /** Used in place of the one that `config.reporter` describes. */
  readonly reporter?: Reporter | undefined;
  readonly metrics?: MetricsFactory | Metrics | undefined;
  /** Integers as DOUBLE, as jaeger-client sent them. Default false: LONG. */
  readonly numbersAsDouble?: boolean | undefined;
  /**
   * Longest value of a tag or a log field, in UTF-16 units of a text and bytes of a BINARY; what is
   * longer is cut. Default 0: no limit but the datagram's.
   */
  readonly maxTagValueLength?: number | undefined;
  /** jaeger-client's name for `debugThrottler`. */
  readonly throttler?: DebugThrottler | undefined;
}

const KNOWN_KEYS = {
  config: [
    'serviceName',
    'disable',
    'sampler',
    'reporter',
    'throttler',
    'traceId128bit',
    'shareRpcSpan',
  ],
  'config.sampler': [
    'type',
    'param',
    'hostPort',
    'host',
    'port',
    'samplingPath',
    'refreshIntervalMs',
  ],
  'config.reporter': [
    'logSpans',
    'agentHost',
    'agentPort',
    'agentSocketType',
    'protocol',
    'flushIntervalMs',
    'maxPacketSize',
    'maxQueuedBytes',
    'maxQueueSize',
    'closeTimeoutMs',
    'collectorEndpoint',
    'username',
    'password',
    'timeoutMs',
  ],
} as const;

/** Logs a warning for each key that nothing reads, with the known key that looks most like it. */
export function warnUnknownKeys(config: TracingConfig, logger: Logger): void {
  warnIn('config', config, logger);
  warnIn('config.sampler', config.sampler, logger);
  warnIn('config.reporter', config.reporter, logger);
}

function warnIn(place: keyof typeof KNOWN_KEYS, value: unknown, logger: Logger): void {
  if (typeof value !== 'object' || value === null) return;
  const known: readonly string[] = KNOWN_KEYS[place];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    logWarning(logger, `${place}.${key} is not known. Did you mean ${nearest(key, known)}?`);
  }
}

/** The candidate with the fewest edits; upper and lower case are the same. */
function nearest(key: string, candidates: readonly string[]): string {
  const lower = key.toLowerCase().slice(0, 64);
  const scored = candidates.map((name) => ({ name, edits: distance(lower, name.toLowerCase()) }));
  return scored.reduce((best, next) => (next.edits < best.edits ? next : best)).name;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/** What `config.reporter` says, checked and filled in. */
export interface CheckedReporterConfig {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly protocol: UdpProtocol | undefined;
  readonly maxPacketSize: number | undefined;
  readonly maxQueuedBytes: number | undefined;
  readonly maxQueueSize: number | undefined;
  readonly closeTimeoutMs: number | undefined;
  readonly flushIntervalMs: number | undefined;
}

/**
 * Checks `config.reporter`. What jaeger-client accepted is at most logged, and the default is used;
 * options of our own throw.
 *
 * @throws RangeError with the value and what is allowed, for `protocol`, `maxPacketSize`,
 * `maxQueuedBytes`, `maxQueueSize` and `closeTimeoutMs`.
 */
export function checkReporterConfig(config: ReporterConfig, logger: Logger): CheckedReporterConfig {
  return {
    host: config.agentHost || undefined,
    port: checkPort(config.agentPort, logger),
    protocol: checkProtocol(config.protocol),
    flushIntervalMs: checkInterval(config.flushIntervalMs, logger),
    maxPacketSize: checkInteger('reporter.maxPacketSize', config.maxPacketSize, 200, 65_507),
    maxQueuedBytes: checkInteger('reporter.maxQueuedBytes', config.maxQueuedBytes, 1),
    maxQueueSize: checkInteger('reporter.maxQueueSize', config.maxQueueSize, 0),
    closeTimeoutMs: checkInteger('reporter.closeTimeoutMs', config.closeTimeoutMs, 1, 2 ** 31 - 1),
  };
}

/**
 * Checks the options of our own.
 *
 * @throws RangeError with the value and what is allowed, for `maxTagValueLength` and `maxLogsPerSpan`.
 */
export function checkOptions(options: TracingOptions): void {
  checkInteger('options.maxTagValueLength', options.maxTagValueLength, 0);
  checkInteger('options.maxLogsPerSpan', options.maxLogsPerSpan, 0);
}

function checkPort(port: unknown, logger: Logger): number | undefined {
  if (port === undefined || port === null || port === 0 || port === '') return undefined;
  const number = Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  logError(
    logger,
    `reporter.agentPort must be 1 to 65535. Received ${String(port)}; using the default.`,
  );
  return undefined;
}

function checkInterval(interval: unknown, logger: Logger): number | undefined {
  if (!interval) return undefined;
  const millis = Number(interval);
  if (millis > 0 && millis <= 2 ** 31 - 1) return millis;
  logError(
    logger,
    `reporter.flushIntervalMs must be 1 to 2147483647. Received ${String(interval)}; using 1000.`,
  );
  return undefined;
}

/** @throws RangeError */
function checkProtocol(protocol: unknown): UdpProtocol | undefined {
  if (protocol === undefined) return undefined;
  if (protocol === 'compact' || protocol === 'binary') return protocol;
  throw new RangeError(
    `reporter.protocol must be "compact" or "binary". Received ${String(protocol)}`,
  );
}

/** @throws RangeError */
function checkInteger(
  name: string,
  value: unknown,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) {
    return value as number;
  }
  const range = max === Number.MAX_SAFE_INTEGER ? `at least ${min}` : `${min} to ${max}`;
  throw new RangeError(`${name} must be an integer, ${range}. Received ${String(value)}`);
}
