import { EMPTY_FORM, type SearchForm } from './search-form.js';
import type { ServerStats } from './server-stats.js';

/**
 * Why nothing was found. `narrow`: there may be traces that the search leaves out; `evicted`: there were
 * some, and they had to make room; `none`: none has come yet.
 */
export type WhyNoTraces = 'narrow' | 'evicted' | 'none';

/** @param stats undefined: the server did not say. */
export function whyNoTraces(form: SearchForm, stats: ServerStats | undefined): WhyNoTraces {
  const isAll = (Object.keys(EMPTY_FORM) as (keyof SearchForm)[]).every(
    (name) => form[name] === EMPTY_FORM[name],
  );
  if (!isAll || stats === undefined || stats.traces > 0) return 'narrow';
  return stats.evictedTraces > 0 ? 'evicted' : 'none';
}
