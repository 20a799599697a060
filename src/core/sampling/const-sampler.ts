import { ConstantDecision, NOT_SAMPLED, type SamplingDecision } from '../span/sampling-decision.js';
import type { Span } from '../span/span.js';
import { LegacySamplerV1Base } from './sampler.js';

/** Span tags for the type and the parameter of the sampler that decided. */
export const SAMPLER_TYPE_TAG_KEY = 'sampler.type';
export const SAMPLER_PARAM_TAG_KEY = 'sampler.param';

const ALWAYS: SamplingDecision = new ConstantDecision({
  [SAMPLER_TYPE_TAG_KEY]: 'const',
  [SAMPLER_PARAM_TAG_KEY]: true,
});

/** Samples every trace or none. */
export class ConstSampler extends LegacySamplerV1Base {
  private readonly _decision: boolean;

  constructor(decision: boolean) {
    super('ConstSampler');
    this._decision = decision;
  }

  get decision(): boolean {
    return this._decision;
  }

  override toString(): string {
    return `${this.name()}(${this._decision ? 'always' : 'never'})`;
  }

  override isSampled(_operationName: string, outTags: Record<string, unknown>): boolean {
    if (this._decision) {
      outTags[SAMPLER_TYPE_TAG_KEY] = 'const';
      outTags[SAMPLER_PARAM_TAG_KEY] = this._decision;
    }
    return this._decision;
  }

  /** Returns one of two constants, which saves an object per span, unless a subclass overrides `isSampled`. */
  override onCreateSpan(span: Span): SamplingDecision {
    if (this.isSampled !== ConstSampler.prototype.isSampled) return super.onCreateSpan(span);
    return this._decision ? ALWAYS : NOT_SAMPLED;
  }

  equal(other: unknown): boolean {
    return other instanceof ConstSampler && this._decision === other._decision;
  }
}
