import type { SpanContext } from '../context/span-context.js';
import { catchRejection } from '../host/guarded.js';
import type { Metrics } from '../host/metrics.js';
import { count } from '../host/metrics.js';

/** Baggage values longer than this many UTF-16 units are cut, unless a manager says otherwise. */
const DEFAULT_MAX_VALUE_LENGTH = 2048;

/** What is allowed for one baggage key. */
export interface Restriction {
  readonly keyAllowed: boolean;
  /** In UTF-16 units. */
  readonly maxValueLength: number;
}

/** Says which baggage keys a service may set. */
export interface BaggageRestrictionManager {
  getRestriction(service: string, key: string): Restriction;
}

/** Allows every key, and values of up to 2,048 UTF-16 units. */
export class DefaultBaggageRestrictionManager implements BaggageRestrictionManager {
  private readonly _restriction: Restriction;

  constructor(maxValueLength: number = DEFAULT_MAX_VALUE_LENGTH) {
    this._restriction = { keyAllowed: true, maxValueLength };
  }

  getRestriction(_service: string, _key: string): Restriction {
    return this._restriction;
  }
}

/** What setting baggage needs of a span. */
export interface BaggageSpan {
  readonly serviceName: string;
  context(): SpanContext;
  getBaggageItem(key: string): string | undefined;
  log(fields: Record<string, unknown>): unknown;
}

/** Sets a baggage item within the restrictions, and logs it on a sampled span. */
export class BaggageSetter {
  private readonly _restrictionManager: BaggageRestrictionManager;
  private readonly _metrics: Metrics;
  private readonly _onError: (error: unknown) => void;

  /** `onError` is told what a manager that gives promises rejects with; they are no answer. */
  constructor(
    restrictionManager: BaggageRestrictionManager,
    metrics: Metrics,
    onError: (error: unknown) => void = () => undefined,
  ) {
    this._restrictionManager = restrictionManager;
    this._metrics = metrics;
    this._onError = onError;
  }

  /** The span's context with the item, or as it was where the key is not allowed. */
  setBaggage(span: BaggageSpan, key: string, baggageValue: string): SpanContext {
    const restriction = this._restrictionManager.getRestriction(span.serviceName, key);
    if (restriction.keyAllowed === undefined) catchRejection(restriction, this._onError);
    if (!restriction.keyAllowed) {
      logFields(span, { event: 'baggage', key, value: baggageValue, invalid: 'true' });
      count(this._metrics.baggageUpdateFailure, 1);
      return span.context();
    }
    const truncated = baggageValue.length > restriction.maxValueLength;
    const value = truncated ? baggageValue.slice(0, restriction.maxValueLength) : baggageValue;
    if (truncated) count(this._metrics.baggageTruncate, 1);
    logFields(span, {
      event: 'baggage',
      key,
      value,
      ...(span.getBaggageItem(key) ? { override: 'true' } : {}),
      ...(truncated ? { truncated: 'true' } : {}),
    });
    count(this._metrics.baggageUpdateSuccess, 1);
    return span.context().withBaggageItem(key, value);
  }
}

function logFields(span: BaggageSpan, fields: Record<string, unknown>): void {
  if (span.context().isSampled()) span.log(fields);
}
