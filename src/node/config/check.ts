import { logError, type Logger } from '../../core/host/logger.js';
import type { UdpProtocol } from '../udp/options.js';
import type { ReporterConfig, TracingConfig, TracingOptions } from './tracing-config.js';

/** What a timer of Node takes at most, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

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
    closeTimeoutMs: checkInteger('reporter.closeTimeoutMs', config.closeTimeoutMs, 1, MAX_TIMER_MS),
  };
}

/**
 * Checks the options of our own.
 *
 * @throws RangeError with the value and what is allowed, for `maxTagValueLength`, `maxLogsPerSpan` and
 * `closeTimeoutMs`.
 */
export function checkOptions(options: TracingOptions): void {
  checkInteger('options.maxTagValueLength', options.maxTagValueLength, 0);
  checkInteger('options.maxLogsPerSpan', options.maxLogsPerSpan, 0);
  checkInteger('options.closeTimeoutMs', options.closeTimeoutMs, 1, MAX_TIMER_MS);
}

/** Keys of jaeger-client that nothing reads yet, and that no other line names. */
const NOT_THERE_YET = {
  reporter: ['username', 'password', 'timeoutMs'],
  sampler: ['hostPort', 'host', 'port', 'samplingPath', 'refreshIntervalMs'],
} as const;

/** Logs one error that names all of the keys that are given and have no effect yet. */
export function logKeysWithoutEffect(config: TracingConfig, logger: Logger): void {
  const given = (['reporter', 'sampler'] as const).flatMap((part) => {
    const settings = (config[part] ?? {}) as Record<string, unknown>;
    return NOT_THERE_YET[part]
      .filter((key) => settings[key] !== undefined)
      .map((key) => `${part}.${key}`);
  });
  if (given.length === 0) return;
  const [are, they] = given.length === 1 ? ['is', 'it is'] : ['are', 'they are'];
  logError(logger, `${given.join(', ')} ${are} not there yet: ${they} ignored.`);
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
  if (millis > 0 && millis <= MAX_TIMER_MS) return millis;
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
