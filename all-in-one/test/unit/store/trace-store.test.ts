import { describe, expect, test } from 'vitest';
import { packSpan } from '../../../src/store/packed-span.js';
import type { StoredTrace } from '../../../src/store/stored-trace.js';
import { TraceStore } from '../../../src/store/trace-store.js';
import { hex16, process, roomyStore, span, textTag } from '../spans.js';

const ids = (traces: Iterable<StoredTrace>): string[] =>
  [...traces].map(({ traceID }) => traceID.replace(/^0+/, ''));

function addTraces(store: TraceStore, from: number, to: number): void {
  for (let id = from; id <= to; id++) store.add(process(), [span({ traceID: hex16(id) })]);
}

describe('what is kept', () => {
  test('spans join their trace, whenever and by whomever they are sent', () => {
    const store = roomyStore();
    store.add(process('shop'), [span(), span({ traceID: hex16(7) })]);
    store.add(process('bank'), [span({ spanID: hex16(2), startTime: 5, duration: 10 })]);
    const trace = store.get(hex16(0x2a))!;
    expect(trace.spans.map(({ spanID }) => spanID)).toEqual([hex16(1), hex16(2)]);
    expect(trace).toMatchObject({ startTime: 5, endTime: 1_700_000_000_000_100 });
    expect(store.stats()).toMatchObject({ traces: 2, spans: 3 });
  });

  test('traces come in the order of their first spans, from either end', () => {
    const store = roomyStore();
    addTraces(store, 1, 3);
    store.add(process(), [span({ traceID: hex16(1), spanID: hex16(9) })]);
    expect(ids(store.newestFirst())).toEqual(['3', '2', '1']);
    expect(ids(store.oldestFirst())).toEqual(['1', '2', '3']);
  });

  test('services and operations are those of the stored spans', () => {
    const store = roomyStore();
    const kind = textTag('span.kind', 'server');
    store.add(process('b'), [span({ operationName: 'x' }), span({ operationName: 'a' })]);
    store.add(process('a'), [span({ operationName: 'x', tags: [kind] })]);
    expect(store.catalog.serviceNames()).toEqual(['a', 'b']);
    expect(store.catalog.operations('b').map(({ name }) => name)).toEqual(['a', 'x']);
    expect(store.catalog.operations('a')[0]).toMatchObject({ name: 'x', kind: 'server' });
    expect(store.catalog.operations('a', 'client')).toEqual([]);
    expect(store.catalog.operations('nobody')).toEqual([]);
    store.clear();
    expect(store.catalog.serviceNames()).toEqual([]);
    expect(store.stats()).toMatchObject({ traces: 0, spans: 0, bytes: 0, evictedTraces: 0 });
  });

  test('an error is error=true, or otel.status_code=ERROR; of several tags the last counts', () => {
    const store = roomyStore();
    const isError = (...tags: ReturnType<typeof span>['tags']): boolean => {
      store.clear();
      store.add(process(), [span({ tags })]);
      return store.get(hex16(0x2a))!.spans[0]!.isError;
    };
    expect(isError()).toBe(false);
    expect(isError({ key: 'error', type: 'bool', value: true })).toBe(true);
    expect(isError({ key: 'error', type: 'bool', value: false })).toBe(false);
    expect(isError(textTag('error', 'false'))).toBe(false);
    expect(isError(textTag('error', 'true'))).toBe(true);
    expect(isError(textTag('error', 'it broke'))).toBe(false);
    expect(isError({ key: 'error', type: 'int64', value: 0 })).toBe(false);
    expect(isError(textTag('error', 'true'), textTag('error', 'false'))).toBe(false);
    expect(isError(textTag('otel.status_code', 'ERROR'))).toBe(true);
    expect(isError(textTag('otel.status_code', 'OK'))).toBe(false);
  });
});

describe('duplicates', () => {
  test('a span that is there in all it says is counted, and not kept', () => {
    const store = roomyStore();
    const twice = [span({ tags: [textTag('k', 'v')] }), span({ tags: [textTag('k', 'v')] })];
    store.add(process(), twice);
    store.add(process(), twice);
    expect(store.stats()).toMatchObject({ spans: 1, duplicateSpans: 3 });
  });

  test('a span that differs in one thing is another one', () => {
    const store = roomyStore();
    store.add(process(), [span(), span({ duration: 101 }), span({ tags: [textTag('k', 'v')] })]);
    store.add(process('bank'), [span()]);
    expect(store.stats()).toMatchObject({ spans: 4, duplicateSpans: 0 });
  });

  test('the same in a trace that is large enough for an index', () => {
    const store = roomyStore();
    const spans = Array.from({ length: 1_000 }, (_, i) => span({ spanID: hex16(i + 1) }));
    store.add(process(), spans);
    store.add(process(), spans);
    store.add(process(), [span({ spanID: hex16(500), duration: 7 })]);
    expect(store.stats()).toMatchObject({ spans: 1_001, duplicateSpans: 1_000 });
  });
});

describe('limits', () => {
  test('past the limit of traces the oldest goes, with its services', () => {
    const store = new TraceStore({ maxTraces: 2, maxBytes: 2 ** 30 });
    store.add(process('old'), [span({ traceID: hex16(1) })]);
    addTraces(store, 2, 3);
    expect(ids(store.newestFirst())).toEqual(['3', '2']);
    expect(store.get(hex16(1))).toBeUndefined();
    expect(store.catalog.serviceNames()).toEqual(['shop']);
    expect(store.stats()).toMatchObject({ traces: 2, evictedTraces: 1, evictedSpans: 1 });
  });

  test('late spans do not make a trace younger', () => {
    const store = new TraceStore({ maxTraces: 2, maxBytes: 2 ** 30 });
    addTraces(store, 1, 2);
    store.add(process(), [span({ traceID: hex16(1), spanID: hex16(9) })]);
    addTraces(store, 3, 3);
    expect(ids(store.newestFirst())).toEqual(['3', '2']);
  });

  test('past the limit of bytes as many go as it takes', () => {
    const store = new TraceStore({ maxTraces: 1_000_000, maxBytes: 100_000 });
    addTraces(store, 1, 1_000);
    const { traces, bytes, evictedTraces } = store.stats();
    expect(bytes).toBeLessThanOrEqual(100_000);
    expect(bytes).toBeGreaterThan(95_000);
    expect(traces + evictedTraces).toBe(1_000);
    expect(store.get(hex16(1_000))).toBeDefined();
  });

  test('a trace that alone is past the limit goes too', () => {
    const store = new TraceStore({ maxTraces: 10, maxBytes: 2_000 });
    store.add(process(), [span({ operationName: 'x'.repeat(10_000) })]);
    expect(store.stats()).toMatchObject({ traces: 0, spans: 0, bytes: 0, evictedTraces: 1 });
  });

  test('after a hundred thousand evictions the order is still right', () => {
    const store = new TraceStore({ maxTraces: 100, maxBytes: 2 ** 30 });
    addTraces(store, 1, 100_000);
    expect(ids(store.newestFirst()).slice(0, 2)).toEqual([(100_000).toString(16), '1869f']);
    expect([...store.oldestFirst()]).toHaveLength(100);
    expect(store.stats().evictedTraces).toBe(99_900);
  });
});

describe('listeners', () => {
  test('hear of each trace once per batch, until they stop', () => {
    const store = roomyStore();
    const heard: string[] = [];
    const stop = store.onTrace(({ traceID }) => heard.push(traceID));
    const [one, other] = [hex16(1), hex16(2)];
    const spans = [one, other, one].map((traceID, i) => span({ traceID, spanID: hex16(i + 1) }));
    store.add(process(), spans);
    expect(heard).toEqual([one, other]);
    stop();
    store.add(process(), [span()]);
    expect(heard).toHaveLength(2);
  });

  test('do not hear of a trace that was evicted at once', () => {
    const store = new TraceStore({ maxTraces: 1, maxBytes: 2 ** 30 });
    const heard: string[] = [];
    store.onTrace(({ traceID }) => heard.push(traceID));
    store.add(process(), [span({ traceID: hex16(1) }), span({ traceID: hex16(2) })]);
    expect(heard).toEqual([hex16(2)]);
  });
});

test('what was taken out of a store goes into another as it was', () => {
  const [from, to] = [roomyStore(), roomyStore()];
  const error = { key: 'error', type: 'bool', value: true } as const;
  const tags = [textTag('span.kind', 'client'), error];
  from.add(process('shop', [textTag('a', 'b')]), [span({ tags }), span({ spanID: hex16(2) })]);
  for (const { traceID, spans } of from.oldestFirst()) {
    for (const { process, text } of spans) to.restore(traceID, process.text, text);
  }
  expect([...to.newestFirst()]).toEqual([...from.newestFirst()]);
  expect(to.stats()).toEqual(from.stats());
  expect(to.catalog.operations('shop', 'client')).toHaveLength(1);
});

test('a text is as long as it has to be', () => {
  const { text } = packSpan(span({ tags: [textTag('http.method', 'GET')] }));
  expect(text).toBe(
    '["0000000000000001",0,"op",1700000000000000,0,100,0,1,[],["http.method",0,"GET"],[]]',
  );
});
