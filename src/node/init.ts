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

/** A tracer as `initTracer` gives it. */
export type JaegerTracer = Tracer;

/**
 * Makes a tracer, as jaeger-client does. Without `config.sampler` every trace is sampled; without
 * `config.reporter` spans go to `localhost:6831` over UDP.
 *
 * @throws Error `config.serviceName must be provided`; `Expecting sampler.param to be a number.
 * Received ...`; a sampler's range error; RangeError for an option of our own that is out of range;
 * TypeError for an `agentSocketType` that Node does not know.
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
    logError(logger, 'config.throttler is not there yet: debug traces are not throttled.');
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
  /** Write a line per span to the console. Default false. */
  readonly logSpans?: boolean | undefined;
  /** Make it OpenTracing's global tracer. Default false. */
  readonly global?: boolean | undefined;
}

/** A tracer that samples everything, and its `close`: the shortest way to a trace. */
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
    logInfo(logger, 'No sampler configured: every trace is sampled.');
    return new ConstSampler(true);
  }
  const { type, param } = config;
  if (typeof param !== 'number') {
    throw new Error(`Expecting sampler.param to be a number. Received ${String(param)}`);
  }
  if (Number.isNaN(param)) {
    logError(logger, `sampler.param must be a number. Received NaN; no trace is sampled.`);
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
      // What jaeger-client's remote sampler does until its first answer.
      logError(logger, `sampler.type "remote" is not there yet: sampling at the rate ${param}.`);
      return new ProbabilisticSampler(param);
    default:
      logError(
        logger,
        `Unknown sampler.type "${String(type)}"; it is const, probabilistic, ratelimiting or ` +
          'remote. No trace is sampled.',
      );
      return new ConstSampler(false);
  }
}

function constSampler(param: number, logger: Logger): ConstSampler {
  if (param !== 0 && param !== 1) {
    logError(
      logger,
      `sampler.param of a const sampler is 1 (every trace) or 0 (none). Received ${param}; ` +
        'no trace is sampled.',
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
      'reporter.collectorEndpoint is not there yet: spans go to the agent, over UDP.',
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
