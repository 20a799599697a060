// The public names of `spoor/core`: plain ECMAScript, for any runtime.

export { type DroppedSpans, type ReporterStats, type TracerStats } from './reporting/accounting.js';
export {
  type BaggageRestrictionManager,
  DefaultBaggageRestrictionManager,
  type Restriction,
} from './span/baggage.js';
export { type Logger, NullLogger } from './host/logger.js';
export {
  type Counter,
  type Gauge,
  Metrics,
  type MetricsFactory,
  type Timer,
} from './host/metrics.js';
export type { Clock, Platform, Timer as PlatformTimer } from './host/platform.js';
export type { ReadUtf8, WriteUtf8 } from './text/utf8.js';
export type { MaxBaggage } from './propagation/baggage-limit.js';
export type { CarrierKeys, Extractor, Injector } from './propagation/codec.js';
export { TextMapCodec, type TextMapCodecOptions } from './propagation/text-map-codec.js';
export type { Reporter } from './reporting/reporter.js';
export { RemoteReporter, type RemoteReporterOptions } from './reporting/remote-reporter.js';
export {
  SendError,
  type SendErrorCode,
  type SendErrorCounts,
  type Sender,
  type SenderCallback,
  type SpanSender,
  type Wire,
} from './reporting/sender.js';
export {
  CompositeReporter,
  InMemoryReporter,
  LoggingReporter,
  NoopReporter,
} from './reporting/simple-reporters.js';
export { ConstSampler } from './sampling/const-sampler.js';
export { ProbabilisticSampler } from './sampling/probabilistic-sampler.js';
export { type RateLimiterHost, RateLimitingSampler } from './sampling/rate-limiting-sampler.js';
export {
  BaseSamplerV2,
  LegacySamplerV1Base,
  SAMPLER_API_V2,
  type Sampler,
  type SamplerV1,
  type SamplerV2,
} from './sampling/sampler.js';
export type { SamplingDecision } from './span/sampling-decision.js';
export {
  DEBUG_MASK,
  FIREHOSE_MASK,
  type ContextIds,
  SAMPLED_MASK,
  SamplingState,
} from './context/sampling-state.js';
export { type RetryingSampler, Span, type SpanOwner } from './span/span.js';
export type { FinishedSpan, FlatLogs, FlatTags } from './span/finished-span.js';
export type { KeyValue, SpanLog } from './span/span-data.js';
export { type Baggage, SpanContext } from './context/span-context.js';
export type { IdBytes } from './context/id-fields.js';
export { type DebugThrottler, DefaultThrottler } from './tracer/throttler.js';
export type { Process } from './tracer/process.js';
export { Tracer } from './tracer/tracer.js';
export type { CoreTracerOptions, SpanOptions, TracerOptions } from './tracer/tracer-options.js';
export { VERSION } from './tracer/version.js';
