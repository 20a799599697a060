import { Metrics } from '../../../src/core/host/metrics.js';
import type { Reporter } from '../../../src/core/reporting/reporter.js';
import { InMemoryReporter } from '../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../src/core/sampling/const-sampler.js';
import type { Sampler } from '../../../src/core/sampling/sampler.js';
import { Tracer } from '../../../src/core/tracer/tracer.js';
import type { TracerOptions } from '../../../src/core/tracer/tracer-options.js';
import { FakePlatform } from './fake-platform.js';
import { RecordingLogger } from './recording-logger.js';
import { RecordingMetrics } from './recording-metrics.js';

/** A tracer of the core, and all that it is connected to. */
export interface Traced {
  readonly tracer: Tracer;
  readonly platform: FakePlatform;
  readonly logger: RecordingLogger;
  readonly metrics: RecordingMetrics;
  /** What was reported, unless the test brought a reporter of its own. */
  readonly reporter: InMemoryReporter;
}

export interface TracedOptions extends TracerOptions {
  readonly reporter?: Reporter;
  /** Default: every trace is sampled. */
  readonly sampler?: Sampler;
}

/** A tracer on a fake platform. */
export function newTraced(options: TracedOptions = {}): Traced {
  const { reporter: given, sampler = new ConstSampler(true), ...rest } = options;
  const platform = new FakePlatform();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const reporter = new InMemoryReporter();
  const tracer = new Tracer('shop', given ?? reporter, sampler, {
    logger,
    metrics: new Metrics(metrics),
    ...rest,
    platform,
  });
  return { tracer, platform, logger, metrics, reporter };
}
