import { expect, test } from 'vitest';
import { whyNoTraces } from '../../../src/page/model/no-traces.js';
import { EMPTY_FORM } from '../../../src/page/model/search-form.js';
import { readStats } from '../../../src/page/model/server-stats.js';

const fresh = readStats({ traces: 0, evictedTraces: 0 });
const evicted = readStats({ traces: 0, evictedTraces: 3 });

test('where nothing is found, the reason is said', () => {
  expect(whyNoTraces(EMPTY_FORM, fresh)).toBe('none');
  expect(whyNoTraces(EMPTY_FORM, evicted)).toBe('evicted');
  expect(whyNoTraces(EMPTY_FORM, readStats({ traces: 1, evictedTraces: 3 }))).toBe('narrow');
  expect(whyNoTraces({ ...EMPTY_FORM, service: 'shop' }, fresh)).toBe('narrow');
  expect(whyNoTraces(EMPTY_FORM, undefined)).toBe('narrow');
});
