import { LegacySamplerV1Base, SAMPLER_API_V2, type SamplerV1, type SamplerV2 } from './sampler.js';

/** A V1 sampler behind the V2 interface. */
class LegacySamplerV1Adapter extends LegacySamplerV1Base {
  private readonly _delegate: SamplerV1;

  constructor(delegate: SamplerV1) {
    super(typeof delegate.name === 'function' ? delegate.name() : 'LegacySampler');
    this._delegate = delegate;
  }

  override isSampled(operationName: string, outTags: Record<string, unknown>): boolean {
    return this._delegate.isSampled(operationName, outTags);
  }

  override toString(): string {
    return this._delegate.toString();
  }

  override close(callback?: () => void): void {
    if (typeof this._delegate.close === 'function') this._delegate.close(callback);
    else callback?.();
  }
}

/**
 * The sampler behind the V2 interface. `apiVersion` decides which interface a sampler has, not its class: it
 * may come from another copy of this package.
 *
 * @throws Error `Unrecognized sampler: ...` for a value that has neither interface.
 */
export function adaptSamplerOrThrow(sampler: unknown): SamplerV2 {
  const candidate = sampler as (Partial<SamplerV1> & { readonly apiVersion?: unknown }) | null;
  if (candidate && candidate.apiVersion === SAMPLER_API_V2) return candidate as SamplerV2;
  if (candidate && !candidate.apiVersion && typeof candidate.isSampled === 'function') {
    return new LegacySamplerV1Adapter(candidate as SamplerV1);
  }
  throw new Error(`Unrecognized sampler: ${describe(sampler)}`);
}

function describe(value: unknown): string {
  try {
    return String(value);
  } catch {
    return typeof value;
  }
}
