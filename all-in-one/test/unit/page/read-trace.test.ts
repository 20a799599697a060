import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTrace } from '../../../src/page/model/read-trace.js';
import { rootOf } from '../../../src/page/model/trace.js';
import { smallJson, smallTrace } from './small-trace.js';

test('values become text, whatever their type', () => {
  const { tags } = smallTrace([
    { id: 'a', tags: { text: 'x', yes: true, count: 7, none: null, odd: { deep: [1] } } },
  ]).spans[0]!;
  expect(tags.map(({ key, value }) => [key, value])).toEqual([
    ['text', 'x'],
    ['yes', 'true'],
    ['count', '7'],
    ['none', ''],
    ['odd', '{"deep":[1]}'],
  ]);
});

test('a trace reaches from its earliest start to its latest end', () => {
  const trace = smallTrace([
    { id: 'root', start: 10, duration: 5 },
    { id: 'late', parent: 'root', start: 12, duration: 100 },
    { id: 'back', parent: 'root', start: 0, duration: -50 },
  ]);
  expect(trace.durationMicros).toBe(112);
  expect(trace.spans[0]!.startMicros - trace.startMicros).toBe(10);
});

test.each([
  [{ error: true }, true],
  [{ error: 'true' }, true],
  [{ error: 'True' }, false],
  [{ error: 'false' }, false],
  [{ error: 1 }, false],
  [{ Error: true }, false],
  [{ 'otel.status_code': 'ERROR' }, true],
  [{ 'otel.status_code': 'error' }, false],
  [{ error: false, 'otel.status_code': 'ERROR' }, true],
])('%j is an error: %s', (tags, isError) => {
  expect(smallTrace([{ id: 'a', tags }]).spans[0]!.isError).toBe(isError);
});

test('services are counted in the order in which they appear, with their errors', () => {
  const trace = smallTrace([
    { id: 'a', service: 'shop' },
    { id: 'b', parent: 'a', service: 'bank', tags: { error: true }, start: 1 },
    { id: 'c', parent: 'a', service: 'bank', tags: { error: 'false' }, start: 2 },
    { id: 'd', parent: 'a', service: 'shop', tags: { 'otel.status_code': 'ERROR' }, start: 3 },
  ]);
  expect(trace.services).toEqual([
    { service: 'shop', spanCount: 2, errorCount: 1 },
    { service: 'bank', spanCount: 2, errorCount: 1 },
  ]);
  expect(trace.errorCount).toBe(2);
});

test('a trace is named by its root, or by its first span where the root has not arrived', () => {
  const spans = [
    { id: 'orphan', parent: 'gone' },
    { id: 'root', start: 5 },
  ];
  expect(rootOf(smallTrace(spans)).spanId).toBe('root');
  expect(rootOf(smallTrace(spans.slice(0, 1))).spanId).toBe('orphan');
});

test('process ids that are names of the language are ids like others', () => {
  const json = smallJson([{ id: 'a' }]) as { spans: { processID: string }[]; processes: unknown };
  json.spans[0]!.processID = '__proto__';
  expect(readTrace(json)!.spans[0]!.process.service).toBe('');
  json.processes = JSON.parse('{"__proto__": {"serviceName": "shop"}}');
  expect(readTrace(json)!.spans[0]!.process.service).toBe('shop');
  json.spans[0]!.processID = 'constructor';
  expect(readTrace(json)!.spans[0]!.process.service).toBe('');
});

test('a parent in a field of its own counts', () => {
  const trace = readTrace({
    traceID: 'aa',
    spans: [
      { spanID: '1', startTime: 1, duration: 5 },
      { spanID: '2', parentSpanID: '1', startTime: 2, duration: 1 },
    ],
  })!;
  expect(trace.spans[1]!.parent?.spanId).toBe('1');
});

test('no JSON is a reason to throw', () => {
  expect(readTrace(undefined)).toBeUndefined();
  expect(readTrace({ traceID: 'a', spans: [] })).toBeUndefined();
  const names =
    'spans processes spanID references tags logs fields key value processID startTime duration ' +
    'traceID warnings p1 __proto__ toString';
  const words = fc.constantFrom(...names.split(' '));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(null, true, 0, -1, 1e300, 'p1', 'x', ''),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(words, tie('tree'), { maxKeys: 6 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), tree, (spans, processes) => {
      const trace = readTrace({ traceID: 'a', spans, processes })!;
      expect(trace.spans.length).toBe(spans.length);
      expect(Number.isFinite(trace.durationMicros)).toBe(true);
    }),
    { seed: 4, numRuns: 300 },
  );
});
