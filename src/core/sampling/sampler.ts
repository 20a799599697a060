import { NOT_SAMPLED, type SamplingDecision } from '../span/sampling-decision.js';
import type { Span } from '../span/span.js';

/** `apiVersion` of a sampler that decides per span, tag and operation name. */
export const SAMPLER_API_V2 = 'SAMPLER_API_V2';

/** A sampler that decides when a span starts and, while its decisions are retryable, on each write. */
export interface SamplerV2 {
  readonly apiVersion: typeof SAMPLER_API_V2;
  onCreateSpan(span: Span): SamplingDecision;
  onSetOperationName(span: Span, operationName: string): SamplingDecision;
  onSetTag(span: Span, key: string, value: unknown): SamplingDecision;
  close(callback?: () => void): void;
}

/** jaeger-client's first sampler interface: one decision per operation name. */
export interface SamplerV1 {
  name(): string;
  /** Adds the sampler's tags to `outTags`. */
  isSampled(operationName: string, outTags: Record<string, unknown>): boolean;
  close(callback?: () => void): void;
}

export type Sampler = SamplerV1 | SamplerV2;

let instances = 0;

/** Base class of V2 samplers. Its decisions on names and tags are final; subclasses implement `onCreateSpan`. */
export abstract class BaseSamplerV2 implements SamplerV2 {
  readonly apiVersion: typeof SAMPLER_API_V2 = SAMPLER_API_V2;
  protected readonly _name: string;
  protected readonly _uniqueName: string;

  constructor(name: string) {
    this._name = name;
    this._uniqueName = `${name}[${instances++}]`;
  }

  name(): string {
    return this._name;
  }

  /** The sampler's key in `SamplingState.extendedState()`. */
  uniqueName(): string {
    return this._uniqueName;
  }

  abstract onCreateSpan(span: Span): SamplingDecision;

  onSetOperationName(_span: Span, _operationName: string): SamplingDecision {
    return NOT_SAMPLED;
  }

  onSetTag(_span: Span, _key: string, _value: unknown): SamplingDecision {
    return NOT_SAMPLED;
  }

  close(callback?: () => void): void {
    callback?.();
  }
}

const ASK_AGAIN: SamplingDecision = { sample: false, retryable: true, tags: null };

/** Base class of samplers that decide by the operation name alone. */
export abstract class LegacySamplerV1Base extends BaseSamplerV2 implements SamplerV1 {
  abstract isSampled(operationName: string, outTags: Record<string, unknown>): boolean;

  onCreateSpan(span: Span): SamplingDecision {
    const tags: Record<string, unknown> = {};
    const sample = this.isSampled(span.operationName, tags);
    return { sample, retryable: false, tags };
  }

  override onSetOperationName(span: Span, _operationName: string): SamplingDecision {
    const tags: Record<string, unknown> = {};
    const sample = this.isSampled(span.operationName, tags);
    return { sample, retryable: false, tags };
  }

  override onSetTag(_span: Span, _key: string, _value: unknown): SamplingDecision {
    return ASK_AGAIN;
  }
}
