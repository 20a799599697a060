import { logError, type Logger } from '../../core/host/logger.js';
import type { MaxBaggage } from '../../core/propagation/baggage-limit.js';
import type { UdpProtocol } from '../udp/options.js';
import type { ReporterConfig, TracingConfig, TracingOptions } from './tracing-config.js';

/** What a timer of Node takes at most, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The values of `config.reporter`, checked. Undefined means the default. */
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
 * Checks `config.reporter`. For a wrong value that jaeger-client accepted, one error is logged and the default
 * is used. Wrong values of other options throw.
 *
 * @throws RangeError with the value and the allowed range, for `protocol`, `maxPacketSize`, `maxQueuedBytes`,
 * `maxQueueSize` and `closeTimeoutMs`.
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
    closeTimeoutMs: checkInteger('reporter.closeTimeoutMs', config.closeTimeoutMs, 1, MAX_TIMER_MS),
  };
}

/**
 * Checks the options that jaeger-client does not have.
 *
 * @throws RangeError with the value and what is allowed, for `maxTagValueLength`, `maxLogsPerSpan` and
 * `maxBaggage`, and for `closeTimeoutMs`.
 */
export function checkOptions(options: TracingOptions): void {
  checkInteger('options.maxTagValueLength', options.maxTagValueLength, 0);
  checkInteger('options.maxLogsPerSpan', options.maxLogsPerSpan, 0);
  checkMaxBaggage(options.maxBaggage);
  checkInteger('options.closeTimeoutMs', options.closeTimeoutMs, 1, MAX_TIMER_MS);
}

/** @throws RangeError */
function checkMaxBaggage(max: unknown): void {
  if (max === undefined || max === null) return;
  if (typeof max !== 'object') {
    throw new RangeError(`options.maxBaggage must be { items, bytes }. Received ${String(max)}`);
  }
  const { items, bytes } = max as MaxBaggage;
  checkInteger('options.maxBaggage.items', items, 0);
  checkInteger('options.maxBaggage.bytes', bytes, 0);
}

/** Keys of jaeger-client that have no effect yet, and that no other line names. */
const WITHOUT_EFFECT = {
  reporter: ['username', 'password', 'timeoutMs'],
  sampler: ['hostPort', 'host', 'port', 'samplingPath', 'refreshIntervalMs'],
} as const;

/** Logs one error that names all given keys that have no effect yet. */
export function logKeysWithoutEffect(config: TracingConfig, logger: Logger): void {
  const given = (['reporter', 'sampler'] as const).flatMap((part) => {
    const settings = (config[part] ?? {}) as Record<string, unknown>;
    return WITHOUT_EFFECT[part]
      .filter((key) => settings[key] !== undefined)
      .map((key) => `${part}.${key}`);
  });
  if (given.length > 0) logError(logger, `Ignored, not supported yet: ${given.join(', ')}`);
}

function checkPort(port: unknown, logger: Logger): number | undefined {
  if (port === undefined || port === null || port === 0 || port === '') return undefined;
  const number = Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  logError(
    logger,
    `reporter.agentPort must be an integer, 1 to 65535. Received ${String(port)}; using the default`,
  );
  return undefined;
}

function checkInterval(interval: unknown, logger: Logger): number | undefined {
  if (!interval) return undefined;
  const millis = Number(interval);
  if (millis > 0 && millis <= MAX_TIMER_MS) return millis;
  logError(
    logger,
    `reporter.flushIntervalMs must be 1 to 2147483647. Received ${String(interval)}; using 1000`,
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
