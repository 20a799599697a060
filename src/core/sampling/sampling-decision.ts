/** A sampler's answer. */
export interface SamplingDecision {
  readonly sample: boolean;
  /** True: ask again on the next tag or operation name. False: this answer is final. */
  readonly retryable: boolean;
  /** Tags for the span, where it is sampled. */
  readonly tags?: Record<string, unknown> | null;
  /**
   * `tags` as `key, value ...`, where they never change and the same array comes with each such
   * decision: a span then refers to it, and its bytes are made once. Optional.
   */
  readonly constantTags?: readonly unknown[];
}

/** A decision to sample whose tags never change. */
export function constantDecision(tags: Record<string, unknown>): SamplingDecision {
  return { sample: true, retryable: false, tags, constantTags: Object.entries(tags).flat() };
}

/** A final no. */
export const NOT_SAMPLED: SamplingDecision = { sample: false, retryable: false, tags: null };
