/** A sampler's answer. */
export interface SamplingDecision {
  readonly sample: boolean;
  /** True: ask again on the next tag or operation name. False: this answer is final. */
  readonly retryable: boolean;
  /** Tags for the span, where it is sampled. */
  readonly tags?: Record<string, unknown> | null;
}

/**
 * A decision to sample whose tags never change: a span refers to them, and their bytes are made once. A
 * class, since nothing that an application gives can be trusted not to change.
 */
export class ConstantDecision implements SamplingDecision {
  readonly sample: boolean = true;
  readonly retryable: boolean = false;
  readonly tags: Readonly<Record<string, unknown>>;
  /** `tags` as `key, value ...`. */
  readonly flatTags: readonly unknown[];

  constructor(tags: Record<string, unknown>) {
    this.tags = Object.freeze({ ...tags });
    this.flatTags = Object.freeze(Object.entries(tags).flat());
  }
}

/** A final no. */
export const NOT_SAMPLED: SamplingDecision = Object.freeze({
  sample: false,
  retryable: false,
  tags: null,
});
