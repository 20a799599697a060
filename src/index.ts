// The public names of `spoor`, listed by hand, in groups.

import * as opentracing from 'opentracing';

export { opentracing };

// Making a tracer
export type {
  ReporterConfig,
  SamplerConfig,
  TracingConfig,
  TracingOptions,
} from './node/config/tracing-config.js';
export {
  initTracer,
  type JaegerTracer,
  newJaegerTracer,
  type NewJaegerTracerOptions,
} from './node/init.js';

// Tracer, spans, contexts
export type { DroppedSpans, ReporterStats, TracerStats } from './core/reporting/accounting.js';
export { type RetryingSampler, Span, type SpanOwner } from './core/span/span.js';
export type { FinishedSpan, FlatLogs, FlatTags } from './core/span/finished-span.js';
export type { KeyValue, SpanLog } from './core/span/span-data.js';
export type { Baggage } from './core/context/span-context.js';
export type { IdBytes } from './core/context/id-fields.js';
export { type ContextIds, SamplingState } from './core/context/sampling-state.js';
export type { Process } from './core/tracer/process.js';
export type { SpanOptions } from './core/tracer/tracer-options.js';
export { SpanContext } from './node/tracer/span-context.js';
export { Tracer, type TracerOptions } from './node/tracer/tracer.js';

// The active span
export { activeSpan, bindSpan, withSpan } from './node/scope/active-span.js';
export { spanLogFields, type SpanLogFields } from './node/scope/span-log-fields.js';

// Samplers
export { ConstSampler } from './core/sampling/const-sampler.js';
export {
  BaseSamplerV2,
  LegacySamplerV1Base,
  SAMPLER_API_V2,
  type Sampler,
  type SamplerV1,
  type SamplerV2,
} from './core/sampling/sampler.js';
export type { SamplingDecision } from './core/span/sampling-decision.js';
export { ProbabilisticSampler, RateLimitingSampler } from './node/tracer/wrappers.js';

// Reporters and senders
export type { Reporter } from './core/reporting/reporter.js';
export type { RemoteReporterOptions } from './core/reporting/remote-reporter.js';
export {
  SendError,
  type SendErrorCode,
  type SendErrorCounts,
  type Sender,
  type SenderCallback,
  type SpanSender,
  type Wire,
} from './core/reporting/sender.js';
export {
  CompositeReporter,
  InMemoryReporter,
  LoggingReporter,
  NoopReporter,
} from './core/reporting/simple-reporters.js';
export { UDPSender } from './node/udp/sender.js';
export type { UDPSenderOptions, UdpProtocol } from './node/udp/options.js';
export { RemoteReporter } from './node/tracer/wrappers.js';

// Propagation
export type { MaxBaggage } from './core/propagation/baggage-limit.js';
export type { CarrierKeys, Extractor, Injector } from './core/propagation/codec.js';
export { TextMapCodec, type TextMapCodecOptions } from './node/tracer/wrappers.js';

// Baggage, throttling, logging, metrics
export {
  type BaggageRestrictionManager,
  DefaultBaggageRestrictionManager,
  type Restriction,
} from './core/span/baggage.js';
export { type Logger, NullLogger } from './core/host/logger.js';
export type { ReadUtf8 } from './core/text/utf8.js';
export {
  type Counter,
  type Gauge,
  Metrics,
  type MetricsFactory,
  type Timer,
} from './core/host/metrics.js';
export { type DebugThrottler, DefaultThrottler } from './core/tracer/throttler.js';
export { VERSION } from './core/tracer/version.js';

// Help for tests
export { TestUtils } from './node/tracer/test-utils.js';
