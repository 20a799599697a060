import { initGlobalTracer } from 'opentracing';
import { logError, logInfo, type Logger, NullLogger } from '../core/host/logger.js';
import type { Metrics } from '../core/host/metrics.js';
import type { Reporter } from '../core/reporting/reporter.js';
import { CompositeReporter, LoggingReporter } from '../core/reporting/simple-reporters.js';
import { ConstSampler } from '../core/sampling/const-sampler.js';
import type { Sampler } from '../core/sampling/sampler.js';
import { textOfThrown } from '../core/text/thrown-text.js';
import { checkOptions, checkReporterConfig, logKeysWithoutEffect } from './config/check.js';
import { placeArguments, type PlacedArguments } from './config/misplaced.js';
import type { SamplerConfig, TracingConfig, TracingOptions } from './config/tracing-config.js';
import { warnUnknownKeys } from './config/unknown-keys.js';
import { NoopTracer } from './tracer/noop-tracer.js';
import { Tracer } from './tracer/tracer.js';
import {
  asMetrics,
  ProbabilisticSampler,
  RateLimitingSampler,
  RemoteReporter,
} from './tracer/wrappers.js';
import { UDPSender } from './udp/sender.js';

/** The tracer that `initTracer` returns. */
export type JaegerTracer = Tracer;

/**
 * Creates a tracer, as jaeger-client does. Without `config.sampler` every trace is sampled. Without
 * `config.reporter` spans are sent to `localhost:6831` over UDP.
 *
 * @throws Error `config.serviceName must be provided`; `Expecting sampler.param to be a number. Received ...`;
 * a sampler's range error.
 * @throws RangeError for an option that jaeger-client does not have, if its value is out of range.
 * @throws TypeError for an `agentSocketType` that Node does not know.
 */
export function initTracer(config: TracingConfig, options: TracingOptions = {}): JaegerTracer {
  if (config.disable) return disabledTracer(config);
  if (!config.serviceName) throw new Error('config.serviceName must be provided');
  const placed = placeArguments(config, options);
  const logger = placed.options.logger ?? new NullLogger();
  for (const error of placed.errors) logError(logger, error);
  if (placed.config.disable) return disabledTracer(config);
  return tracerOf(config.serviceName, placed, logger);
}

/** To a caller a disabled tracer is a Jaeger tracer: it has every method, and none does anything. */
function disabledTracer(config: TracingConfig): JaegerTracer {
  return new NoopTracer(config.serviceName) as unknown as JaegerTracer;
}

function tracerOf(serviceName: string, placed: PlacedArguments, logger: Logger): JaegerTracer {
  const { config, options } = placed;
  warnUnknownKeys(config, options, logger);
  checkOptions(options);
  logKeysWithoutEffect(options.reporter ? { sampler: config.sampler } : config, logger);
  if (config.throttler) {
    logError(logger, 'config.throttler is not supported yet; debug traces are not throttled');
  }
  const metrics = asMetrics(options.metrics);
  const sampler = placed.sampler ?? samplerOf(config.sampler, logger);
  const remote = options.reporter ? undefined : remoteReporterOf(config, options, metrics);
  const reporter = options.reporter ?? withSpanLog(config, remote!.reporter, logger);
  const parts = `${textOfThrown(reporter)} and ${textOfThrown(sampler)}`;
  logInfo(logger, `Initializing Jaeger Tracer with ${parts}`);
  if (remote) logInfo(logger, `Reporting spans over UDP to ${remote.destination}`);
  return new Tracer(serviceName, reporter, sampler, {
    ...options,
    metrics,
    debugThrottler: options.throttler ?? options.debugThrottler,
    traceId128bit: options.traceId128bit ?? config.traceId128bit,
    shareRpcSpan: options.shareRpcSpan ?? config.shareRpcSpan,
    closeTimeoutMs: options.closeTimeoutMs ?? config.reporter?.closeTimeoutMs,
  });
}

/** Options of `newJaegerTracer`. */
export interface NewJaegerTracerOptions {
  /** Default `localhost`. */
  readonly host?: string | undefined;
  /** Default 6831. */
  readonly port?: number | undefined;
  /** Log one line per span, and all other lines, to the console. Default false. */
  readonly logSpans?: boolean | undefined;
  /** Make the tracer OpenTracing's global tracer. Default false. */
  readonly global?: boolean | undefined;
}

/** Creates a tracer that samples every trace, for first tries. Returns it with its `close`. */
export function newJaegerTracer(
  serviceName: string,
  options: NewJaegerTracerOptions = {},
): { tracer: JaegerTracer; close: () => Promise<void> } {
  const tracer = initTracer(
    {
      serviceName,
      sampler: { type: 'const', param: 1 },
      reporter: {
        agentHost: options.host,
        agentPort: options.port,
        logSpans: options.logSpans,
      },
    },
    options.logSpans ? { logger: console } : {},
  );
  if (options.global) initGlobalTracer(tracer);
  return { tracer, close: () => tracer.close() };
}

function samplerOf(config: SamplerConfig | undefined, logger: Logger): Sampler {
  if (!config) {
    logInfo(logger, 'No sampler is configured; every trace is sampled');
    return new ConstSampler(true);
  }
  const { type, param } = config;
  if (typeof param !== 'number') {
    throw new Error(`Expecting sampler.param to be a number. Received ${String(param)}`);
  }
  if (Number.isNaN(param)) {
    logError(logger, 'sampler.param must be a number. Received NaN; no trace is sampled');
    return new ConstSampler(false);
  }
  switch (type) {
    case 'const':
      return constSampler(param, logger);
    case 'probabilistic':
      return new ProbabilisticSampler(param);
    case 'ratelimiting':
      return new RateLimitingSampler(param);
    case 'remote':
      // jaeger-client's remote sampler does the same until its first answer.
      logError(
        logger,
        `sampler.type "remote" is not supported yet; traces are sampled with probability ${param}`,
      );
      return new ProbabilisticSampler(param);
    default:
      logError(
        logger,
        'sampler.type must be "const", "probabilistic", "ratelimiting" or "remote". ' +
          `Received ${String(type)}; no trace is sampled`,
      );
      return new ConstSampler(false);
  }
}

function constSampler(param: number, logger: Logger): ConstSampler {
  if (param !== 0 && param !== 1) {
    logError(
      logger,
      `sampler.param of a const sampler must be 1 (every trace) or 0 (none). Received ${param}; ` +
        'no trace is sampled',
    );
  }
  return new ConstSampler(param === 1);
}

function remoteReporterOf(
  config: TracingConfig,
  options: TracingOptions,
  metrics: Metrics | undefined,
): { reporter: RemoteReporter; destination: string } {
  const logger = options.logger ?? new NullLogger();
  const reporterConfig = config.reporter ?? {};
  const checked = checkReporterConfig(reporterConfig, logger);
  if (reporterConfig.collectorEndpoint) {
    logError(
      logger,
      'reporter.collectorEndpoint is not supported yet; spans are sent to the agent over UDP',
    );
  }
  const sender = new UDPSender({
    host: checked.host,
    port: checked.port,
    protocol: checked.protocol,
    socketType: reporterConfig.agentSocketType,
    maxPacketSize: checked.maxPacketSize,
    logger,
  });
  const reporter = new RemoteReporter(sender, {
    bufferFlushInterval: checked.flushIntervalMs,
    maxQueuedBytes: checked.maxQueuedBytes,
    maxQueueSize: checked.maxQueueSize,
    closeTimeoutMs: checked.closeTimeoutMs,
    numbersAsDouble: options.numbersAsDouble,
    maxTagValueLength: options.maxTagValueLength,
    logger,
    metrics,
  });
  const destination = `${sender._host}:${sender._port} as ${sender.wire.protocol} Thrift`;
  return { reporter, destination };
}

function withSpanLog(config: TracingConfig, remote: RemoteReporter, logger: Logger): Reporter {
  if (!config.reporter?.logSpans) return remote;
  return new CompositeReporter([new LoggingReporter(logger), remote]);
}
