import { describe, expect, test } from 'vitest';
import type { Process, Span } from '../../../../src/model/span.js';
import type { JsonTrace } from '../../../../src/query/jaeger-view/jaeger-json.js';
import { jaegerTrace } from '../../../../src/query/jaeger-view/jaeger-trace.js';
import { tracePieces } from '../../../../src/query/jaeger-view/trace-pieces.js';
import type { TraceStore } from '../../../../src/store/trace-store.js';
import { hex16, process, roomyStore, span, textTag } from '../../spans.js';

const START = 1_700_000_000_000_000;

function storeOf(...batches: readonly (readonly [Process, readonly Span[]])[]): TraceStore {
  const store = roomyStore();
  for (const [sender, spans] of batches) store.add(sender, spans);
  return store;
}

function shown(store: TraceStore, raw = false): JsonTrace {
  return jaegerTrace(store.get(hex16(0x2a))!, { raw });
}

/** The trace of these spans of one process. */
const traceOf = (...spans: Span[]): JsonTrace => shown(storeOf([process(), spans]));

const child = (of: Partial<Span>): Span =>
  span({ spanID: hex16(2), parentSpanID: hex16(1), ...of });

test('a trace is written as Jaeger writes it', () => {
  const references = [
    { refType: 'FOLLOWS_FROM', traceID: 'f'.repeat(32), spanID: hex16(9) } as const,
  ];
  const store = storeOf(
    [
      process('shop', [textTag('b', '2'), textTag('a', '1')]),
      [
        span({
          operationName: 'GET /',
          references,
          tags: [
            textTag('z', 'last'),
            { key: 'n', type: 'int64', value: 42 },
            { key: 'big', type: 'int64', value: 2n ** 63n - 1n },
            { key: 'd', type: 'float64', value: 1.5 },
            { key: 'nan', type: 'float64', value: Number.NaN },
            { key: 'yes', type: 'bool', value: true },
            { key: 'bytes', type: 'binary', value: Uint8Array.of(0, 255) },
            { key: 'none', type: 'binary', value: new Uint8Array(0) },
          ],
          logs: [{ timestamp: START + 5, fields: [textTag('k', 'v'), textTag('event', 'hi')] }],
        }),
      ],
    ],
    [process('bank'), [child({ startTime: START + 1, duration: 50, flags: 0 })]],
  );
  expect(shown(store)).toStrictEqual({
    traceID: hex16(0x2a),
    spans: [
      {
        traceID: hex16(0x2a),
        spanID: hex16(1),
        flags: 1,
        operationName: 'GET /',
        references,
        startTime: START,
        duration: 100,
        tags: [
          { key: 'big', type: 'int64', value: '9223372036854775807' },
          { key: 'bytes', type: 'binary', value: 'AP8=' },
          { key: 'd', type: 'float64', value: 1.5 },
          { key: 'n', type: 'int64', value: 42 },
          { key: 'nan', type: 'float64', value: 'NaN' },
          { key: 'none', type: 'binary', value: null },
          { key: 'yes', type: 'bool', value: true },
          { key: 'z', type: 'string', value: 'last' },
        ],
        logs: [
          {
            timestamp: START + 5,
            fields: [
              { key: 'event', type: 'string', value: 'hi' },
              { key: 'k', type: 'string', value: 'v' },
            ],
          },
        ],
        processID: 'p1',
        warnings: null,
      },
      {
        traceID: hex16(0x2a),
        spanID: hex16(2),
        operationName: 'op',
        references: [{ refType: 'CHILD_OF', traceID: hex16(0x2a), spanID: hex16(1) }],
        startTime: START + 1,
        duration: 50,
        tags: [],
        logs: [],
        processID: 'p2',
        warnings: null,
      },
    ],
    processes: {
      p1: {
        serviceName: 'shop',
        tags: [
          { key: 'a', type: 'string', value: '1' },
          { key: 'b', type: 'string', value: '2' },
        ],
      },
      p2: { serviceName: 'bank', tags: [] },
    },
    warnings: null,
  });
});

test('raw, tags and fields stay as they were received, and nothing is warned of', () => {
  const tags = [
    textTag('b', ''),
    { key: 'ip', type: 'int64', value: 1 } as const,
    textTag('a', ''),
  ];
  const store = storeOf([process('s', tags), [child({ tags, duration: -5 })]]);
  const { spans, processes } = shown(store, true);
  expect(spans[0]).toMatchObject({ duration: -5, warnings: null });
  expect(spans[0]!.tags.map(({ key }) => key)).toEqual(['b', 'ip', 'a']);
  expect(processes['p1']!.tags.map(({ value }) => value)).toEqual(['', 1, '']);
});

test('keys are sorted by code points', () => {
  const tags = ['😀', '\uffee', 'b', 'a', 'ab', ''].map((key) => textTag(key, ''));
  const keys = traceOf(span({ tags })).spans[0]!.tags.map(({ key }) => key);
  expect(keys).toEqual(['', 'a', 'ab', 'b', '\uffee', '😀']);
});

test('tags of one key all stay, in their order', () => {
  const tags = [textTag('k', '2'), textTag('a', ''), textTag('k', '1')];
  const shownTags = traceOf(span({ tags })).spans[0]!.tags;
  expect(shownTags.map(({ key, value }) => [key, value])).toEqual([
    ['a', ''],
    ['k', '2'],
    ['k', '1'],
  ]);
});

test('addresses that came as numbers are written as addresses', () => {
  const ip = { key: 'ip', type: 'int64', value: 2_130_706_433 } as const;
  const peer = { key: 'peer.ipv4', type: 'float64', value: 167_772_161 } as const;
  const other = { key: 'port', type: 'int64', value: 80 } as const;
  const { spans, processes } = shown(
    storeOf([process('s', [ip]), [span({ tags: [peer, other] })]]),
  );
  expect(processes['p1']!.tags).toEqual([{ key: 'ip', type: 'string', value: '127.0.0.1' }]);
  expect(spans[0]!.tags).toEqual([{ key: 'peer.ipv4', type: 'string', value: '10.0.0.1' }, other]);
});

test('what an instrumentation says of itself on a span is shown with the process', () => {
  const tags = [textTag('telemetry.sdk.name', 'otel'), textTag('a', '1')];
  const { spans, processes } = shown(storeOf([process('s'), [span({ tags }), child({})]]));
  expect(spans.map(({ processID }) => processID)).toEqual(['p1', 'p2']);
  expect(processes['p1']!.tags).toEqual([tags[0]]);
  expect(processes['p2']!.tags).toEqual([]);
  expect(spans[0]!.tags).toEqual([tags[1]]);
});

describe('warnings', () => {
  const warningsOf = (...spans: Span[]): (readonly string[] | null)[] =>
    traceOf(...spans).spans.map(({ warnings }) => warnings);

  test('a parent that is missing', () => {
    expect(warningsOf(child({ parentSpanID: hex16(0xff) }))).toEqual([
      ['invalid parent span IDs=00000000000000ff; skipping clock skew adjustment'],
    ]);
  });

  test('a child that does not lie within its parent', () => {
    const skew = (delta: string): string =>
      `clock skew adjustment disabled; not applying calculated delta of ${delta}`;
    expect(warningsOf(span(), child({ startTime: START - 10, duration: 20 }))[1]).toEqual([
      skew('50µs'),
    ]);
    expect(warningsOf(span(), child({ startTime: START + 90, duration: 50 }))[1]).toEqual([
      skew('-65µs'),
    ]);
    expect(warningsOf(span(), child({ startTime: START - 10, duration: 500 }))[1]).toEqual([
      skew('10µs'),
    ]);
    expect(warningsOf(span(), child({ startTime: START + 90, duration: 500 }))[1]).toBeNull();
  });

  test('a span of the parent’s host is off by what the parent is', () => {
    const host = process('s', [textTag('ip', '10.0.0.1')]);
    const other = process('t', [textTag('ip', '10.0.0.2')]);
    const trace = shown(
      storeOf(
        [host, [span(), child({ startTime: START + 200 })]],
        [
          other,
          [
            span({ spanID: hex16(3), parentSpanID: hex16(1), startTime: START + 1_000 }),
            span({ spanID: hex16(4), parentSpanID: hex16(3), startTime: START + 9_000 }),
          ],
        ],
      ),
    );
    const [root, same, called, below] = trace.spans.map(({ warnings }) => warnings?.[0]);
    expect([root, same]).toEqual([undefined, undefined]);
    expect(called).toMatch(/delta of -1ms$/);
    expect(below).toBe(called);
  });

  test('an end before the start', () => {
    const { spans } = traceOf(span({ duration: -1_000 }));
    expect(spans[0]!.duration).toBe(0);
    expect(spans[0]!.warnings).toEqual([
      'Negative duration detected, sanitizing end timestamp. Original end timestamp: 2023-11-14 22:13:19.999 +0000 UTC, adjusted to: 2023-11-14 22:13:20.000000001 +0000 UTC',
    ]);
  });

  test('no length at all is none', () => {
    expect(warningsOf(span({ duration: 0 }))).toEqual([null]);
  });

  test('an id that comes twice', () => {
    expect(warningsOf(span(), span({ operationName: 'other' }))).toEqual([
      null,
      ['duplicate span IDs; skipping clock skew adjustment'],
    ]);
  });

  test('a reference to no trace is taken away', () => {
    const references = [
      { refType: 'FOLLOWS_FROM', traceID: hex16(0), spanID: hex16(5) } as const,
      { refType: 'FOLLOWS_FROM', traceID: hex16(7), spanID: hex16(6) } as const,
    ];
    const [shownSpan] = traceOf(span({ references })).spans;
    expect(shownSpan!.references).toEqual([references[1]]);
    expect(shownSpan!.warnings![0]).toMatch(/^Invalid span reference removed \{TraceID:0{16}/);
  });

  test('spans that are each other’s parents, and one that is its own, are shown', () => {
    const ring = [
      span({ parentSpanID: hex16(2) }),
      child({}),
      span({ spanID: hex16(3), parentSpanID: hex16(3) }),
    ];
    expect(traceOf(...ring).spans).toHaveLength(3);
  });

  test('a chain of 20,000 spans is shown', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) =>
      span({ spanID: hex16(i + 1), parentSpanID: hex16(i) }),
    );
    expect(traceOf(...chain).spans).toHaveLength(20_000);
  });
});

describe('an id that client and server share', () => {
  const kind = (name: string): Span['tags'] => [textTag('span.kind', name)];
  const shared = hex16(5);
  const spans = [
    span({ spanID: hex16(1) }),
    span({ spanID: shared, parentSpanID: hex16(1), tags: kind('client') }),
    span({ spanID: shared, parentSpanID: hex16(1), tags: kind('server'), operationName: 'served' }),
    span({ spanID: hex16(6), parentSpanID: shared }),
  ];

  test('the server gets one of its own, below the client, and so do its children', () => {
    const [, client, server, below] = traceOf(...spans).spans;
    expect(client).toMatchObject({ spanID: shared, references: [{ spanID: hex16(1) }] });
    expect(server).toMatchObject({ spanID: hex16(2), references: [{ spanID: shared }] });
    expect(below).toMatchObject({ spanID: hex16(6), references: [{ spanID: hex16(2) }] });
    expect(server!.warnings).toBeNull();
  });

  test('raw, it stays', () => {
    const raw = shown(storeOf([process(), spans]), true);
    expect(raw.spans.map(({ spanID }) => spanID)).toEqual([hex16(1), shared, shared, hex16(6)]);
  });

  test('a root that shares it gets a parent', () => {
    const both = [span({ tags: kind('client') }), span({ tags: kind('server') })];
    expect(traceOf(...both).spans[1]!.references).toEqual([
      { refType: 'CHILD_OF', traceID: hex16(0x2a), spanID: hex16(1) },
    ]);
  });
});

test('the JSON says what the trace is, and -0 stays -0', () => {
  const zero = { key: 'zero', type: 'float64', value: -0 } as const;
  const store = storeOf([process('s', [zero]), [span({ tags: [zero, textTag('t', '-0')] })]]);
  const trace = store.get(hex16(0x2a))!;
  const text = [...tracePieces(trace, {})].join('');
  expect(JSON.parse(text)).toStrictEqual(jaegerTrace(trace));
  expect(text.match(/"value":-0[,}]/g)).toHaveLength(2);
});
