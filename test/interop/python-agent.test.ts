import {
  childOf,
  followsFrom,
  FORMAT_HTTP_HEADERS,
  FORMAT_TEXT_MAP,
  Reference,
  Tracer as NoopTracer,
} from 'opentracing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JaegerTracer, Span, TracingOptions } from '../../src/index.js';
import { type Judge, startJudge } from './judge.js';
import type { AgentSpan } from './peers/agent-rows.js';
import {
  END,
  idsOf,
  millis,
  NO_PARENT,
  PROTOCOLS,
  referenceTo,
  remote,
  SAMPLER_TAGS,
  span16,
  spanRow,
  START,
  trace32,
} from './tracing.js';

const TIMES = { startTime: millis(START) };

let judge: Judge;

beforeAll(async () => {
  judge = await startJudge();
});

afterAll(() => judge.stop());

describe.each(PROTOCOLS)('%s', (protocol) => {
  const spansOf = (
    trace: (tracer: JaegerTracer) => void,
    options?: TracingOptions,
  ): Promise<AgentSpan[]> => judge.spans(protocol, trace, options);

  describe('ids', () => {
    test.each([
      { name: 'short ones', trace: '1', span: '2', parent: '3' },
      { name: 'a root', trace: 'abc', span: 'abc', parent: '0' },
      {
        name: 'leading zeros',
        trace: '000000000000abc1',
        span: '0002',
        parent: '0000000000000003',
      },
      {
        name: 'the top bit',
        trace: '8000000000000000',
        span: '8000000000000001',
        parent: 'f000000000000000',
      },
      {
        name: 'all bits',
        trace: 'ffffffffffffffff',
        span: 'ffffffffffffffff',
        parent: 'ffffffffffffffff',
      },
      { name: 'the low half negative', trace: '1234567880000000', span: '80000000', parent: '1' },
      { name: '65 bits', trace: '1ffffffffffffffff', span: '7fffffffffffffff', parent: '0' },
      {
        name: '128 bits, both top bits',
        trace: '80000000000000008000000000000000',
        span: '0123456789abcdef',
        parent: '1',
      },
      { name: '128 bits, all', trace: 'f'.repeat(32), span: 'f', parent: 'e' },
      { name: '32 digits of 64 bits', trace: 'abc'.padStart(32, '0'), span: 'd', parent: 'e' },
      { name: 'upper case', trace: 'ABCDEF0123456789', span: 'FEDCBA9876543210', parent: 'A' },
    ])('$name: a server span shares them, and a child goes on from them', async (ids) => {
      const expected: AgentSpan[] = [];
      const spans = await spansOf(
        (tracer) => {
          const context = remote(tracer, `${ids.trace}:${ids.span}:${ids.parent}:1`);
          const server = tracer.startSpan('server', {
            ...TIMES,
            childOf: context,
            tags: { 'span.kind': 'server' },
          });
          const child = tracer.startSpan('child', { ...TIMES, childOf: context });
          server.finish(millis(END));
          child.finish(millis(END));
          const traceID = trace32(ids.trace);
          expected.push(
            spanRow(
              { traceID, spanID: span16(ids.span) },
              {
                parentSpanID: span16(ids.parent),
                operationName: 'server',
                tags: [{ key: 'span.kind', type: 'STRING', value: 'server' }],
              },
            ),
            spanRow(
              { traceID, spanID: idsOf(child).spanID },
              { parentSpanID: span16(ids.span), operationName: 'child' },
            ),
          );
        },
        { shareRpcSpan: true },
      );
      expect(spans).toStrictEqual(expected);
    });

    test('a server span has an id of its own where ids are not shared', async () => {
      const [span] = await spansOf((tracer) => {
        tracer
          .startSpan('server', {
            childOf: remote(tracer, 'a:b:c:1'),
            tags: { 'span.kind': 'server' },
          })
          .finish();
      });
      expect(span).toMatchObject({ traceID: trace32('a'), parentSpanID: span16('b') });
      expect(span!.spanID).not.toBe(span16('b'));
    });

    test.each([
      { bits: 64, options: {} },
      { bits: 128, options: { traceId128bit: true } },
      { bits: 64, options: { padIds: true } },
      { bits: 128, options: { traceId128bit: true, padIds: true } },
    ])('$bits bits made here: root, child and grandchild; $options', async ({ bits, options }) => {
      const expected: AgentSpan[] = [];
      const spans = await spansOf((tracer) => {
        // Enough that some start with a zero, and many have their top bits set.
        for (let i = 0; i < 100; i++) {
          const root = tracer.startSpan('root', TIMES);
          const child = tracer.startSpan('child', { ...TIMES, childOf: root });
          const grandchild = tracer.startSpan('grandchild', { ...TIMES, childOf: child.context() });
          const family = [root, child, grandchild];
          for (const [generation, span] of family.entries()) {
            const parent = family[generation - 1];
            span.finish(millis(END));
            expected.push(
              spanRow(idsOf(span), {
                parentSpanID: parent ? idsOf(parent).spanID : NO_PARENT,
                operationName: span.operationName,
                tags: parent ? [] : SAMPLER_TAGS,
              }),
            );
          }
        }
      }, options);
      expect(spans).toStrictEqual(expected);
      const roots = spans.filter((span) => span.parentSpanID === NO_PARENT);
      const high = roots.map((root) => root.traceID.slice(0, 16));
      expect(high.every((half) => (half === NO_PARENT) === (bits === 64))).toBe(true);
      // A root's span id is the low half of its trace id.
      expect(roots.map((root) => root.spanID)).toEqual(roots.map((root) => root.traceID.slice(16)));
      expect(new Set(spans.map((span) => span.spanID)).size).toBe(300);
    });
  });

  describe('flags', () => {
    test.each([
      { name: 'sampled', flags: 1 },
      { name: 'debug', flags: 3 },
      { name: 'firehose', flags: 9 },
      { name: 'debug and firehose', flags: 11 },
      { name: 'a whole byte', flags: 255 },
    ])('$name, from a remote parent', async ({ flags }) => {
      const spans = await spansOf((tracer) => {
        const context = remote(tracer, `a:b:0:${flags.toString(16)}`);
        const child = tracer.startSpan('child', { childOf: context });
        tracer.startSpan('grandchild', { childOf: child }).finish();
        child.finish();
      });
      expect(spans.map((span) => span.flags)).toEqual([flags, flags]);
    });

    test('32 bits, from a remote parent, break no batch', async () => {
      const spans = await spansOf((tracer) => {
        tracer.startSpan('hostile', { childOf: remote(tracer, 'a:b:0:ffffffff') }).finish();
        tracer.startSpan('after').finish();
      });
      expect(spans.map((span) => span.operationName)).toEqual(['hostile', 'after']);
      expect(spans[0]!.flags & 1).toBe(1);
    });

    test('firehose, set here', async () => {
      const [span] = await spansOf((tracer) => {
        const root = tracer.startSpan('root');
        root.context()._setFirehose(true);
        root.finish();
      });
      expect(span!.flags).toBe(9);
    });

    test('debug, by sampling.priority', async () => {
      const [root, child] = await spansOf((tracer) => {
        const span = tracer.startSpan('root', TIMES);
        tracer.startSpan('child', { childOf: span }).setTag('sampling.priority', 1).finish();
        span.finish();
      });
      expect(root).toMatchObject({
        flags: 3,
        tags: [{ key: 'sampling.priority', type: 'LONG', value: 1 }],
      });
      expect(child!.flags).toBe(3);
    });

    test('debug, by a jaeger-debug-id header', async () => {
      const [span] = await spansOf((tracer) => {
        const context = tracer.extract(FORMAT_HTTP_HEADERS, { 'jaeger-debug-id': 'look%20here' });
        tracer.startSpan('debugged', { childOf: context!, tags: { own: true } }).finish();
      });
      expect(span).toMatchObject({ flags: 3, parentSpanID: NO_PARENT });
      expect(span!.tags).toStrictEqual([
        ...SAMPLER_TAGS,
        { key: 'own', type: 'BOOL', value: true },
        { key: 'jaeger-debug-id', type: 'STRING', value: 'look here' },
      ]);
    });
  });

  describe('references', () => {
    test('of both kinds, in order; the parent is the first CHILD_OF', async () => {
      const expected: AgentSpan[] = [];
      const spans = await spansOf(
        (tracer) => {
          const [a, b, c] = ['a', 'b', 'c'].map((name) => tracer.startSpan(name)) as Span[];
          const references = [followsFrom(a!), childOf(b!.context()), childOf(c!)];
          const span = tracer.startSpan('op', { ...TIMES, references });
          span.finish(millis(END));
          expected.push(
            spanRow(
              { traceID: idsOf(b!).traceID, spanID: idsOf(span).spanID },
              {
                parentSpanID: idsOf(b!).spanID,
                references: [
                  referenceTo('FOLLOWS_FROM', a!),
                  referenceTo('CHILD_OF', b!),
                  referenceTo('CHILD_OF', c!),
                ],
              },
            ),
          );
          for (const parent of [a!, b!, c!]) parent.finish();
        },
        { traceId128bit: true },
      );
      expect(spans.slice(0, 1)).toStrictEqual(expected);
    });

    test('FOLLOWS_FROM alone gives the parent too', async () => {
      const expected: AgentSpan[] = [];
      const spans = await spansOf((tracer) => {
        const first = tracer.startSpan('first');
        const span = tracer.startSpan('op', { ...TIMES, references: [followsFrom(first)] });
        span.finish(millis(END));
        first.finish();
        expected.push(
          spanRow(
            { traceID: idsOf(first).traceID, spanID: idsOf(span).spanID },
            {
              parentSpanID: idsOf(first).spanID,
              references: [referenceTo('FOLLOWS_FROM', first)],
            },
          ),
        );
      });
      expect(spans.slice(0, 1)).toStrictEqual(expected);
    });

    test('childOf wins over references, and is none itself', async () => {
      const expected: AgentSpan[] = [];
      const spans = await spansOf((tracer) => {
        const parent = tracer.startSpan('parent');
        const other = tracer.startSpan('other');
        const span = tracer.startSpan('op', {
          ...TIMES,
          childOf: parent,
          references: [childOf(other)],
        });
        span.finish(millis(END));
        parent.finish();
        other.finish();
        expected.push(
          spanRow(
            { traceID: idsOf(parent).traceID, spanID: idsOf(span).spanID },
            { parentSpanID: idsOf(parent).spanID, references: [referenceTo('CHILD_OF', other)] },
          ),
        );
      });
      expect(spans.slice(0, 1)).toStrictEqual(expected);
    });

    test('what names no span is left out', async () => {
      const [span, alone] = await spansOf((tracer) => {
        const debugOnly = tracer.extract(FORMAT_TEXT_MAP, { 'jaeger-debug-id': 'x' })!;
        const nobody = tracer.extract(FORMAT_TEXT_MAP, {})!;
        const foreign = new NoopTracer().startSpan('another tracer');
        const remoteSpan = remote(tracer, '80000000000000010000000000000002:c:0:1');
        const broken = [
          followsFrom(debugOnly),
          childOf(nobody),
          childOf(foreign),
          new Reference('a kind of its own', remoteSpan),
        ];
        const references = [...broken, followsFrom(remoteSpan), ...broken];
        tracer.startSpan('op', { references }).finish();
        tracer.startSpan('alone', { references: broken }).finish();
      });
      expect(span!.references).toStrictEqual([
        {
          refType: 'FOLLOWS_FROM',
          traceID: '80000000000000010000000000000002',
          spanID: span16('c'),
        },
      ]);
      expect(alone).toMatchObject({ references: [], parentSpanID: NO_PARENT });
    });

    test.each([0, 1, 14, 15, 16, 200])('%i of them', async (n) => {
      const spanIDs = Array.from({ length: n }, (_, i) => span16((i + 1).toString(16)));
      const [span] = await spansOf((tracer) => {
        const references = spanIDs.map((id) => followsFrom(remote(tracer, `a:${id}:0:1`)));
        tracer.startSpan('op', { references }).finish();
      });
      expect(span!.references).toStrictEqual(
        spanIDs.map((spanID) => ({ refType: 'FOLLOWS_FROM', traceID: trace32('a'), spanID })),
      );
    });
  });

  describe('names', () => {
    test.each([
      ['ASCII', 'GET /orders/{id}'],
      ['unicode', 'żółć 🎉'],
      ['empty', ''],
      ['long', 'ü'.repeat(5_000)],
    ])('%s', async (_kind, operationName) => {
      const spans = await spansOf((tracer) => {
        tracer.startSpan(operationName).finish();
        tracer.startSpan('before').setOperationName(operationName).finish();
      });
      expect(spans.map((span) => span.operationName)).toEqual([operationName, operationName]);
    });
  });

  describe('times', () => {
    test('to the microsecond: start, duration and logs', async () => {
      const steps = Array.from({ length: 1_000 }, (_, i) => i);
      const spans = await spansOf((tracer) => {
        for (const i of steps) {
          const span = tracer.startSpan('op', { startTime: millis(START + i) });
          span.log({ i }, millis(START + 2 * i));
          span.finish(millis(START + i + 7 * i));
        }
      });
      const times = spans.map((span) => [span.startTime, span.duration, span.logs[0]!.timestamp]);
      expect(times).toEqual(steps.map((i) => [START + i, 7 * i, START + 2 * i]));
    });

    test.each([
      { name: 'an end before the start', start: START, end: START - 1_234, duration: -1_234 },
      { name: 'an hour', start: START, end: START + 3_600_000_000, duration: 3_600_000_000 },
      { name: 'before 1970', start: -1_000_001, end: 1_000, duration: 1_001_001 },
      { name: 'the year 2255', start: 9e15, end: 9e15 + 1_000, duration: 1_000 },
    ])('$name', async ({ start, end, duration }) => {
      const [span] = await spansOf((tracer) => {
        tracer.startSpan('op', { startTime: millis(start) }).finish(millis(end));
      });
      expect(span).toMatchObject({ startTime: start, duration });
    });

    test('measured: within what the clock said before and after, and never 0', async () => {
      const before = Date.now() * 1_000;
      const spans = await spansOf((tracer) => {
        for (let i = 0; i < 100; i++) tracer.startSpan('op').log({ i }).finish();
      });
      // The tracer's clock runs up to a millisecond ahead of Date.now().
      const after = (Date.now() + 1) * 1_000;
      for (const { startTime, duration, logs } of spans) {
        const [start, end, logged] = [startTime, duration, logs[0]!.timestamp].map(Number);
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThanOrEqual(1);
        expect(start! + end!).toBeLessThanOrEqual(after);
        expect(logged).toBeGreaterThanOrEqual(start!);
        // The log's time and the duration are rounded apart.
        expect(logged).toBeLessThanOrEqual(start! + end! + 1);
      }
    });
  });
});
