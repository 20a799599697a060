import { ReporterCounters } from '../../../../src/core/reporting/accounting.js';
import { Metrics } from '../../../../src/core/host/metrics.js';
import { MessagePipeline } from '../../../../src/core/reporting/message-pipeline.js';
import type { PipelineSetup } from '../../../../src/core/reporting/pipeline.js';
import type { Span } from '../../../../src/core/span/span.js';
import { FakeSender, type FakeSenderOptions } from '../../support/fake-sender.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { RecordingMetrics } from '../../support/recording-metrics.js';
import { newTraced } from '../../support/traced.js';
import { DEFAULT_VALUES } from '../../../../src/core/wire/tag-encoder.js';

/** Makes spans that are reported by hand. */
const { tracer } = newTraced();

/** A finished span whose tag is that long. */
export function spanOf(name: string, tagLength: number = 0): Span {
  const span = tracer.startSpan(name, { startTime: 1000, tags: { pad: 'x'.repeat(tagLength) } });
  span.finish(1001);
  return span;
}

/** A pipeline on a fake sender, and all that it tells. */
export interface Piped {
  readonly pipeline: MessagePipeline;
  readonly sender: FakeSender;
  readonly counters: ReporterCounters;
  readonly logger: RecordingLogger;
  readonly metrics: RecordingMetrics;
}

export interface PipedOptions extends Partial<PipelineSetup> {
  readonly sender?: FakeSenderOptions;
  /** Nobody has told it the process. Default false. */
  readonly withoutProcess?: boolean;
}

export function newPiped(options: PipedOptions = {}): Piped {
  const { sender: senderOptions, withoutProcess = false, ...rest } = options;
  const sender = new FakeSender(senderOptions);
  const counters = new ReporterCounters();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const pipeline = new MessagePipeline(sender, {
    platform: {},
    logger,
    metrics: new Metrics(metrics),
    counters,
    maxQueuedBytes: 1024 * 1024,
    maxQueueSize: 0,
    values: DEFAULT_VALUES,
    ...rest,
  });
  if (!withoutProcess) pipeline.setProcess('shop', [{ key: 'zone', value: 'b' }]);
  return { pipeline, sender, counters, logger, metrics };
}
