import type { Reporter } from '../core/reporting/reporter.js';
import type { Sampler } from '../core/sampling/sampler.js';
import { Tracer as CoreTracer, type TracerOptions as CoreOptions } from '../core/tracer.js';
import { flushOnExit, forgetOnExit } from './exit-flush.js';
import { nodePlatform } from './platform.js';
import { SpanContext } from './span-context.js';

/** Options of `new Tracer`: jaeger-client's, and a few of our own. */
export interface TracerOptions extends CoreOptions {
  /** Send what waits when the process ends by itself (`beforeExit`). Default true. */
  readonly flushOnExit?: boolean | undefined;
}

/** The core's tracer on Node, under jaeger-client's constructor signature. */
export class Tracer extends CoreTracer {
  /**
   * Without a reporter spans are forgotten; without a sampler none is sampled.
   *
   * @throws Error `Unrecognized sampler: ...`
   */
  constructor(
    serviceName: string,
    reporter?: Reporter,
    sampler?: Sampler,
    options: TracerOptions = {},
  ) {
    super(serviceName, reporter, sampler, {
      ...options,
      platform: nodePlatform,
      contextClass: SpanContext,
    });
    if (options.flushOnExit !== false && typeof reporter?.flush === 'function') flushOnExit(this);
  }

  override close(callback?: () => void): Promise<void> {
    forgetOnExit(this);
    return super.close(callback);
  }
}
