import { ConstantDecision, NOT_SAMPLED, type SamplingDecision } from '../span/sampling-decision.js';
import type { Span } from '../span/span.js';
import { SAMPLER_PARAM_TAG_KEY, SAMPLER_TYPE_TAG_KEY } from './const-sampler.js';
import { LegacySamplerV1Base } from './sampler.js';

/** Samples each trace with a fixed probability. */
export class ProbabilisticSampler extends LegacySamplerV1Base {
  private _samplingRate: number;
  private sampled: SamplingDecision;
  private readonly source: () => number;

  /**
   * `samplingRate`: 0..1; NaN samples nothing. `random` returns numbers in [0, 1).
   *
   * @throws Error `The sampling rate must be between 0.0 and 1.0. Received ...`
   */
  constructor(samplingRate: number, random: () => number) {
    super('ProbabilisticSampler');
    if (samplingRate < 0 || samplingRate > 1) {
      throw new Error(`The sampling rate must be between 0.0 and 1.0. Received ${samplingRate}`);
    }
    this._samplingRate = samplingRate;
    this.sampled = sampledAt(samplingRate);
    this.source = random;
  }

  get samplingRate(): number {
    return this._samplingRate;
  }

  /** Sets another rate, without a range check. True if it differs. */
  update(samplingRate: number): boolean {
    if (this._samplingRate === samplingRate) return false;
    this._samplingRate = samplingRate;
    this.sampled = sampledAt(samplingRate);
    return true;
  }

  override toString(): string {
    return `${this.name()}(samplingRate=${this._samplingRate})`;
  }

  override isSampled(_operationName: string, outTags: Record<string, unknown>): boolean {
    const sampled = this.random() < this._samplingRate;
    if (sampled) {
      outTags[SAMPLER_TYPE_TAG_KEY] = 'probabilistic';
      outTags[SAMPLER_PARAM_TAG_KEY] = this._samplingRate;
    }
    return sampled;
  }

  /** Returns one of two constants, which saves an object per span, unless a subclass overrides `isSampled`. */
  override onCreateSpan(span: Span): SamplingDecision {
    if (this.isSampled !== ProbabilisticSampler.prototype.isSampled)
      return super.onCreateSpan(span);
    return this.random() < this._samplingRate ? this.sampled : NOT_SAMPLED;
  }

  /** A random number in [0, 1). */
  random(): number {
    return this.source();
  }

  equal(other: unknown): boolean {
    return other instanceof ProbabilisticSampler && this._samplingRate === other._samplingRate;
  }
}

function sampledAt(samplingRate: number): SamplingDecision {
  return new ConstantDecision({
    [SAMPLER_TYPE_TAG_KEY]: 'probabilistic',
    [SAMPLER_PARAM_TAG_KEY]: samplingRate,
  });
}
