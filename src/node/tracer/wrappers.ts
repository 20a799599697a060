import { Metrics, type MetricsFactory } from '../../core/host/metrics.js';
import {
  TextMapCodec as CoreTextMapCodec,
  type TextMapCodecOptions as CoreTextMapCodecOptions,
} from '../../core/propagation/text-map-codec.js';
import {
  RemoteReporter as CoreRemoteReporter,
  type RemoteReporterOptions,
} from '../../core/reporting/remote-reporter.js';
import type { Sender, SpanSender } from '../../core/reporting/sender.js';
import { ProbabilisticSampler as CoreProbabilisticSampler } from '../../core/sampling/probabilistic-sampler.js';
import { RateLimitingSampler as CoreRateLimitingSampler } from '../../core/sampling/rate-limiting-sampler.js';
import { nodePlatform } from '../platform/platform.js';
import { SpanContext } from './span-context.js';

// The core's classes under jaeger-client's constructor signatures, with Node's platform filled in.

/** Batches finished spans and passes them to a sender. */
export class RemoteReporter extends CoreRemoteReporter {
  /** @throws Error `RemoteReporter must be given a Sender.` */
  constructor(sender: Sender | SpanSender, options: RemoteReporterOptions = {}) {
    super(sender, { ...options, platform: nodePlatform });
  }
}

/** Samples each trace with a fixed probability. */
export class ProbabilisticSampler extends CoreProbabilisticSampler {
  /**
   * `samplingRate`: 0..1; NaN samples nothing.
   *
   * @throws Error `The sampling rate must be between 0.0 and 1.0. Received ...`
   */
  constructor(samplingRate: number) {
    super(samplingRate, Math.random);
  }
}

/** Samples up to a number of traces per second. */
export class RateLimitingSampler extends CoreRateLimitingSampler {
  /**
   * `maxTracesPerSecond`: 0 or more. `initBalance`: traces that may be sampled at once at the start; default:
   * a random number up to the size of the bucket, max(1, `maxTracesPerSecond`).
   *
   * @throws Error `maxTracesPerSecond must be greater than 0.0.  Received ...`
   */
  constructor(maxTracesPerSecond: number, initBalance?: number) {
    super(maxTracesPerSecond, initBalance, { now: () => Date.now(), random: Math.random });
  }
}

/** Options of `TextMapCodec`. `metrics` is a factory or a `Metrics`. */
export interface TextMapCodecOptions extends Omit<CoreTextMapCodecOptions, 'metrics' | 'readUtf8'> {
  readonly metrics?: Metrics | MetricsFactory | undefined;
}

/** Jaeger's propagation format in a map of strings. */
export class TextMapCodec extends CoreTextMapCodec {
  constructor(options: TextMapCodecOptions = {}) {
    const { metrics, ...rest } = options;
    const { readUtf8 } = nodePlatform;
    super({ contextClass: SpanContext, ...rest, readUtf8, metrics: asMetrics(metrics) });
  }
}

/** Wraps a factory. A `Metrics` is returned as it is, so that it is not wrapped twice. */
export function asMetrics(metrics: Metrics | MetricsFactory | undefined): Metrics | undefined {
  if (!metrics) return undefined;
  return 'spansFinished' in metrics ? metrics : new Metrics(metrics);
}
