import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Collector, JsonSpan, JsonTrace } from '../../../src/index.js';
import { type Answer, post, query, running, urlOf } from '../running.js';

const send = (
  collector: Collector,
  body: string | Buffer,
  type = 'application/json',
  headers = {},
): Promise<Answer> => post(urlOf(collector, 'query', '/api/import'), type, body, headers);

/** The traces of a collector that got this file. */
async function imported(body: unknown): Promise<JsonTrace[]> {
  const collector = await running();
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const answer = await send(collector, isRaw ? body : JSON.stringify(body));
  expect(answer.text, 'the answer').toContain('"errors":null');
  return [...collector.traces()];
}

/** `operation (service) < parent` for each span, in the order of operations. */
function outline(traces: readonly JsonTrace[]): string[] {
  return traces
    .flatMap(({ spans, processes }) => {
      const names = new Map(spans.map(({ spanID, operationName }) => [spanID, operationName]));
      return spans.map(({ operationName, processID, references: [parent] }) => {
        const above = parent === undefined ? '' : ` < ${names.get(parent.spanID) ?? 'missing'}`;
        return `${operationName} (${processes[processID]!.serviceName})${above}`;
      });
    })
    .sort();
}

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const [ROOT, CHILD] = ['00f067aa0ba902b7', '1af067aa0ba902b8'];

const times = { startTime: 1_700_000_000_000_000, duration: 1_500 };
const reference = { refType: 'CHILD_OF', traceID: TRACE, spanID: ROOT };
const jaegerSpans = [
  { traceID: TRACE, spanID: ROOT, operationName: 'root', processID: 'p1', ...times },
  {
    traceID: TRACE,
    spanID: CHILD,
    operationName: 'child',
    processID: 'p2',
    references: [reference],
    ...times,
  },
];
const processes = { p1: { serviceName: 'shop' }, p2: { serviceName: 'bank', tags: null } };
const jaegerTrace = { traceID: TRACE, spans: jaegerSpans, processes, warnings: null };
const embedded = jaegerSpans.map(({ processID, ...span }) => ({
  ...span,
  process: processes[processID as 'p1' | 'p2'],
}));
const [rootEmbedded, childEmbedded] = embedded as [object, object];

const nanos = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000001500000' };
const otlpSpan = (name: string, spanId: string, parentSpanId?: string): object => ({
  traceId: TRACE,
  spanId,
  ...(parentSpanId === undefined ? undefined : { parentSpanId }),
  name,
  kind: 'SPAN_KIND_SERVER',
  ...nanos,
});
const otlpResource = (service: string, ...spans: object[]): object => ({
  resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
  scopeSpans: [{ scope: { name: 'lib' }, spans }],
});
const resourceSpans = [
  otlpResource('shop', otlpSpan('root', ROOT)),
  otlpResource('bank', otlpSpan('child', CHILD, ROOT)),
];
const snake = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value).replaceAll(
      /"([a-z]+[A-Z]\w*)":/g,
      (_all, name: string) =>
        `"${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}":`,
    ),
  );
const old = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll('"scopeSpans"', '"instrumentationLibrarySpans"')
      .replaceAll('"scope"', '"instrumentationLibrary"'),
  );
/** Ids in base64, as protobuf's JSON has bytes: Grafana Tempo. */
const inBase64 = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value).replaceAll(
      /"((?:traceId|spanId|parentSpanId))":"([0-9a-f]+)"/g,
      (_all, name: string, hex: string) =>
        `"${name}":"${Buffer.from(hex, 'hex').toString('base64')}"`,
    ),
  );
const lines = (...documents: unknown[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('');
const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

describe('files that hold a trace of two services', () => {
  test.each<[string, unknown]>([
    ['Jaeger’s answer', { data: [jaegerTrace], total: 0, limit: 0, offset: 0, errors: null }],
    ['Jaeger’s answer with one trace in place of the list', { data: jaegerTrace }],
    ['a trace', jaegerTrace],
    [
      'a trace whose spans lack the trace id',
      {
        ...jaegerTrace,
        spans: jaegerSpans.map(({ traceID: _id, ...span }) => span),
      },
    ],
    ['a list of traces', [jaegerTrace]],
    ['a list of answers', [{ data: [jaegerTrace] }]],
    ['an answer within an answer', { data: [{ data: [jaegerTrace] }] }],
    ['a trace with processes in its spans', { traceID: TRACE, spans: embedded }],
    ['both, as older files have it', { ...jaegerTrace, spans: embedded }],
    ['spans without a trace', embedded],
    ['a line per span', lines(rootEmbedded, childEmbedded)],
    ['a line per trace', lines(jaegerTrace, jaegerTrace)],
    ['a byte order mark', `\uFEFF${JSON.stringify(jaegerTrace)}`],
    ['a byte order mark, and lines', `\uFEFF${lines(rootEmbedded, childEmbedded)}`],
    ['UTF-16, as Windows writes it', utf16(JSON.stringify({ data: [jaegerTrace] }))],
    ['UTF-16, big-endian', utf16(JSON.stringify(jaegerTrace)).swap16()],
    ['OTLP', { resourceSpans }],
    ['OTLP with the names of the proto files', snake({ resourceSpans })],
    ['OTLP of an older version', old({ resourceSpans })],
    ['OTLP of an older version with names of the proto files', snake(old({ resourceSpans }))],
    ['a list of OTLP documents', resourceSpans.map((one) => ({ resourceSpans: [one] }))],
    [
      'lines of the Collector’s file exporter',
      lines(...resourceSpans.map((one) => ({ resourceSpans: [one] }))),
    ],
    [
      'such lines, with empty ones, Windows line ends and other signals',
      lines(
        { resourceSpans: [resourceSpans[0]] },
        { resourceMetrics: [{ scopeMetrics: [] }] },
        { resourceLogs: [] },
        { resourceSpans: [resourceSpans[1]] },
      ).replaceAll('\n', '\r\n\r\n'),
    ],
    ['one such line', lines({ resourceSpans })],
    ['Tempo', { batches: inBase64(resourceSpans) }],
    ['Tempo, older', { batches: old(inBase64(resourceSpans)) }],
    ['Tempo with ids in hex', { batches: resourceSpans }],
    ['Tempo’s second API', { trace: { resourceSpans: inBase64(resourceSpans) } }],
    ['Tempo’s second API, as a list', [{ trace: { resourceSpans }, metrics: {} }]],
    ['Jaeger’s /api/v3', { result: { resourceSpans } }],
    [
      'lines of Jaeger’s /api/v3',
      lines({ result: { resourceSpans } }, { result: { resourceSpans: [] } }),
    ],
  ])('%s', async (_name, body) => {
    const traces = await imported(body);
    expect(traces.map(({ traceID }) => traceID)).toEqual([TRACE]);
    expect(outline(traces)).toEqual(['child (bank) < root', 'root (shop)']);
    expect(traces[0]!.spans).toEqual(
      [ROOT, CHILD].map((spanID) => expect.objectContaining({ spanID, ...times })),
    );
  });

  test('media types of lines, and compressed bodies', async () => {
    const collector = await running();
    const body = lines(rootEmbedded, childEmbedded);
    for (const type of ['application/x-ndjson', 'application/jsonl', 'application/json']) {
      const { json } = await send(collector, body, type);
      expect(json['data']).toEqual({ traces: 1, spans: 2 });
    }
    const gzip = { 'content-encoding': 'gzip' };
    expect((await send(collector, gzipSync(body), 'application/json', gzip)).status).toBe(200);
  });

  test('what the own /api/v3 answers', async () => {
    const [from, to] = [await running(), await running()];
    await send(from, JSON.stringify({ resourceSpans }));
    await send(to, (await query(from, `/api/v3/traces/${TRACE}?raw_traces=true`)).text);
    expect([...to.traces()]).toEqual([...from.traces()]);
  });
});

describe('the parent of an imported span', () => {
  const one = async (span: object): Promise<string[]> =>
    outline(
      await imported({ ...jaegerTrace, spans: [jaegerSpans[0], { ...jaegerSpans[1], ...span }] }),
    );

  test.each([
    { name: 'parentSpanID', references: undefined, parentSpanID: ROOT },
    { name: 'parentSpanID beside an empty list', references: [], parentSpanID: ROOT },
    { name: 'parentSpanID beside null', references: null, parentSpanID: ROOT },
    { name: 'parentSpanID without leading zeros', references: [], parentSpanID: 'F067AA0BA902B7' },
    { name: 'parentSpanId', references: [], parentSpanId: ROOT },
    { name: 'a reference without a trace id', references: [{ refType: 'CHILD_OF', spanID: ROOT }] },
    { name: 'one with an empty trace id', references: [{ ...reference, traceID: '' }] },
    { name: 'one without a type', references: [{ traceID: TRACE, spanID: ROOT }] },
    { name: 'one in lower case', references: [{ ...reference, refType: 'child_of' }] },
    { name: 'one beside one to nothing', references: [{ ...reference, spanID: '' }, reference] },
    { name: 'both', references: [reference], parentSpanID: ROOT },
  ])('$name', async ({ name: _name, ...span }) => {
    expect(await one(span)).toEqual(['child (bank) < root', 'root (shop)']);
  });

  test.each([
    { name: 'null', parentSpanID: null },
    { name: 'empty', parentSpanID: '' },
    { name: '0', parentSpanID: '0' },
  ])('none: $name', async ({ parentSpanID }) => {
    expect(await one({ references: null, parentSpanID })).toEqual(['child (bank)', 'root (shop)']);
  });
});

describe('ids that are not hex', () => {
  const texts = {
    'a word': { trace: 'checkout-trace', root: 'root-span', child: 'child/1 ü' },
    'a UUID': {
      trace: '0b1f5f2e-6d1c-4b60-9f39-0a8d7e1f2c3b',
      root: '6d1c4b60-9f39-4000-8000-0a8d7e1f2c3b',
      child: '7d1c4b60-9f39-4000-8000-0a8d7e1f2c3b',
    },
    'too many digits': { trace: 'a'.repeat(33), root: 'b'.repeat(17), child: 'c'.repeat(32) },
    'a hex trace id, other span ids': { trace: TRACE, root: 's1', child: 's2' },
  };

  const tagOf = (span: JsonSpan, key: string): unknown =>
    span.tags.find((tag) => tag.key === key)?.value;

  test.each(Object.entries(texts))('%s: shown and found', async (_name, { trace, root, child }) => {
    const spans = [
      { ...jaegerSpans[0], traceID: trace, spanID: root },
      {
        ...jaegerSpans[1],
        traceID: trace,
        spanID: child,
        references: [{ ...reference, traceID: trace, spanID: root }],
      },
    ];
    const collector = await running();
    await send(collector, JSON.stringify({ data: [{ traceID: trace, spans, processes }] }));
    await send(collector, JSON.stringify({ data: [{ traceID: trace, spans, processes }] }));
    expect(collector.stats()).toMatchObject({ traces: 1, spans: 2, duplicateSpans: 2 });
    const path = `/api/traces/${encodeURIComponent(trace)}`;
    const [found] = (await query(collector, path)).json['data'] as unknown as JsonTrace[];
    expect(found).toEqual(collector.trace(trace));
    expect(outline([found!])).toEqual(['child (bank) < root', 'root (shop)']);
    expect(found!.traceID).toMatch(/^[0-9a-f]{32}$/);
    expect(found!.spans.map((span) => tagOf(span, 'imported.span_id'))).toEqual([root, child]);
    const shown = trace === TRACE ? undefined : trace;
    expect(tagOf(found!.spans[0]!, 'imported.trace_id')).toBe(shown);
    const byId = `/api/traces?traceID=${encodeURIComponent(trace)}`;
    expect((await query(collector, byId)).json).toMatchObject({ errors: null, data: [{}] });
    const tag = encodeURIComponent(JSON.stringify({ 'imported.span_id': child }));
    const byTag = await query(collector, `/api/traces?service=bank&start=0&tags=${tag}`);
    expect(byTag.json['data']).toHaveLength(1);
    const v3 = await query(collector, `/api/v3/traces/${encodeURIComponent(trace)}`);
    expect(v3.status).toBe(200);
    // What is exported comes back as the same trace.
    const again = await running();
    await send(again, JSON.stringify({ data: [found] }));
    expect(outline([again.trace(trace)!])).toEqual(['child (bank) < root', 'root (shop)']);
  });

  test('of OTLP, also in links and parents', async () => {
    const spans = [
      { ...otlpSpan('root', 'r'), traceId: 'T' },
      {
        ...otlpSpan('child', 'child-id', 'r'),
        traceId: 'T',
        links: [
          { traceId: 'T', spanId: 'r' },
          { traceId: TRACE, spanId: ROOT },
        ],
      },
    ];
    const [trace] = await imported({ resourceSpans: [otlpResource('shop', ...spans)] });
    expect(outline([trace!])).toEqual(['child (shop) < root', 'root (shop)']);
    expect(trace!.spans[1]!.references).toContainEqual({
      refType: 'FOLLOWS_FROM',
      traceID: TRACE,
      spanID: ROOT,
    });
    expect(tagOf(trace!.spans[1]!, 'imported.span_id')).toBe('child-id');
  });

  test('one that is unknown is an error, as in Jaeger', async () => {
    const { json } = await query(await running(), '/api/traces/zz');
    expect(json['errors']).toMatchObject([
      { code: 400, msg: expect.stringContaining('ParseUint') },
    ]);
  });
});

test.each([
  [1_700_000_000_000_000.5, 1_700_000_000_000_000, 500],
  [1.25, 1, 250],
  [0.9999999, 1, 0],
  [0, 0, 0],
])('a time of %d µs is kept to the nanosecond', async (value, micros, nano) => {
  const span = {
    ...jaegerSpans[0],
    startTime: value,
    duration: value,
    logs: [{ timestamp: value, fields: null }],
  };
  const collector = await running();
  await send(collector, JSON.stringify({ ...jaegerTrace, spans: [span] }));
  expect(collector.trace(TRACE)!.spans).toMatchObject([
    { startTime: micros, duration: micros, logs: [{ timestamp: micros }] },
  ]);
  const { json } = await query(collector, `/api/v3/traces/${TRACE}?raw_traces=true`);
  expect(JSON.stringify(json)).toContain(
    `"startTimeUnixNano":"${BigInt(micros) * 1_000n + BigInt(nano)}"`,
  );
});

test('warnings of a span are kept, once, also in a snapshot and in an export', async () => {
  const warnings = ['clock skew of the collector: 2s', 'a tag was dropped'];
  const spans = [{ ...jaegerSpans[0], duration: -5, warnings }, jaegerSpans[1]];
  const collector = await running();
  await send(collector, JSON.stringify({ ...jaegerTrace, spans }));
  const shown = collector.trace(TRACE)!;
  expect(shown.spans[0]!.warnings).toEqual([...warnings, expect.stringContaining('uration')]);
  const raw = await query(collector, `/api/traces/${TRACE}?raw=true`);
  expect((raw.json['data'] as unknown as JsonTrace[])[0]!.spans[0]!.warnings).toEqual(warnings);
  const [again] = await imported({ data: [{ ...shown, spans: shown.spans }] });
  expect(again!.spans[0]!.warnings?.slice(0, 2)).toEqual(warnings);
});

test('tags without a type have that of their value', async () => {
  const tags = [
    { key: 'text', value: 'a' },
    { key: 'yes', value: true },
    { key: 'whole', value: 5 },
    { key: 'part', value: 1.5 },
    { key: 'object', value: { a: [1] } },
    { key: 'nothing', value: null },
    { key: 'list', type: 'string', value: [1, 2] },
  ];
  const [trace] = await imported({ ...jaegerTrace, spans: [{ ...jaegerSpans[0], tags }] });
  const shown = Object.fromEntries(
    trace!.spans[0]!.tags.map(({ key, type, value }) => [key, `${type} ${String(value)}`]),
  );
  expect(shown).toEqual({
    text: 'string a',
    yes: 'bool true',
    whole: 'int64 5',
    part: 'float64 1.5',
    object: 'string {"a":[1]}',
    nothing: 'string ',
    list: 'string [1,2]',
  });
});

describe('what cannot be imported says why', () => {
  const zipkin = {
    traceId: TRACE,
    id: ROOT,
    name: 'get',
    timestamp: 1,
    duration: 2,
    localEndpoint: { serviceName: 'shop' },
  };
  test.each<[string, unknown, RegExp]>([
    ['Zipkin, version 2', [zipkin], /^\[0\]: this is Zipkin's JSON, which is not supported/],
    ['Zipkin, a list of traces', [[zipkin]], /^\[0\]\[0\]: this is Zipkin's JSON/],
    ['Zipkin, version 1', [{ ...zipkin, annotations: [], binaryAnnotations: [] }], /Zipkin's JSON/],
    ['Zipkin, a span', zipkin, /^the body: this is Zipkin's JSON/],
    ['Zipkin, lines', lines([zipkin], [zipkin]), /^line 1\[0\]: this is Zipkin's JSON/],
    ['another object', { traceEvents: [] }, /^the body: expected Jaeger's JSON .* or OTLP's/],
    ['a number', 5, /^the body: expected an object/],
    ['a list of numbers', [1], /^\[0\]: expected an object/],
    ['a broken line', `${lines({ resourceSpans })}\n{"x`, /^line 3: /],
    ['a broken document', '{"data": [', /JSON/],
    [
      'a line that is something else',
      lines({ resourceSpans }, { a: 1 }),
      /^line 2: expected Jaeger's/,
    ],
    [
      'an OTLP time',
      { resourceSpans: [otlpResource('s', { ...otlpSpan('a', ROOT), startTimeUnixNano: 'x' })] },
      /^the body: startTimeUnixNano: not a time/,
    ],
    [
      'OTLP without ids',
      { resourceSpans: [otlpResource('s', { name: 'a' })] },
      /no span has a valid/,
    ],
    ['Tempo, of another shape', { batches: [1] }, /^the body: expected an object/],
  ])('%s', async (_name, body, message) => {
    const collector = await running();
    const answer = await send(collector, typeof body === 'string' ? body : JSON.stringify(body));
    expect(answer.json['errors']).toMatchObject([
      { code: 400, msg: expect.stringMatching(message) },
    ]);
    expect(collector.stats().spans).toBe(0);
  });

  test('OTLP spans without ids are counted, the others imported', async () => {
    const body = { resourceSpans: [...resourceSpans, otlpResource('s', { name: 'a' })] };
    const { json } = await send(await running(), JSON.stringify(body));
    expect(json['data']).toEqual({ traces: 1, rejectedSpans: 1, spans: 2 });
  });

  test('nothing is nothing', async () => {
    for (const body of ['[]', '{"data":[]}', '{"resourceSpans":[]}', '{"batches":[]}']) {
      const { json } = await send(await running(), body);
      expect(json['data']).toEqual({ traces: 0, spans: 0 });
    }
  });
});
