import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JaegerTracer, TracingOptions } from '../../src/index.js';
import { type Judge, startJudge } from './judge.js';
import type { AgentLog, AgentSpan, AgentTag } from './peers/agent-rows.js';
import { checkout } from './peers/peer-process.js';
import { arrivingTags, tagCases, taggedValues } from './tag-cases.js';
import { DURATION, END, millis, PROTOCOLS, remote, SAMPLER_TAGS, START } from './tracing.js';

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

  describe('tags', () => {
    test.each(tagCases)('$key', async ({ key, value, arrives }) => {
      const [span] = await spansOf((tracer) => {
        tracer
          .startSpan('op', { childOf: remote(tracer, 'a:b:0:1') })
          .setTag(key, value)
          .finish();
      });
      expect(span!.tags).toStrictEqual([{ key, ...arrives }]);
    });

    test('all kinds on one span, given at the start, in order', async () => {
      const [span] = await spansOf((tracer) => {
        tracer.startSpan('op', { tags: taggedValues }).finish();
      });
      expect(span!.tags).toStrictEqual([...SAMPLER_TAGS, ...arrivingTags]);
    });

    test('all kinds as process tags, then the tracer’s own', async () => {
      const { version } = JSON.parse(await readFile(`${checkout}package.json`, 'utf8')) as {
        version: string;
      };
      const [batch] = await judge.batches(protocol, (tracer) => tracer.startSpan('op').finish(), {
        tags: taggedValues,
      });
      expect(batch!.process.tags).toStrictEqual([
        ...arrivingTags,
        { key: 'jaeger.version', type: 'STRING', value: `spoor-${version}` },
        { key: 'hostname', type: 'STRING', value: hostname() },
        { key: 'ip', type: 'STRING', value: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/) },
        { key: 'client-uuid', type: 'STRING', value: expect.stringMatching(/^[\da-f-]{36}$/) },
      ]);
    });

    test('numbersAsDouble: every number is a DOUBLE, wherever it stands', async () => {
      const tags = {
        zero: 0,
        whole: -42,
        largest: Number.MAX_SAFE_INTEGER,
        real: 0.5,
        no: Number.NaN,
      };
      const arrive: AgentTag[] = [
        { key: 'zero', type: 'DOUBLE', value: 0 },
        { key: 'whole', type: 'DOUBLE', value: -42 },
        { key: 'largest', type: 'DOUBLE', value: 9_007_199_254_740_991 },
        { key: 'real', type: 'DOUBLE', value: 0.5 },
        { key: 'no', type: 'STRING', value: 'NaN' },
      ];
      const [batch] = await judge.batches(
        protocol,

        (tracer) => {
          const span = tracer.startSpan('op', {
            startTime: millis(START),
            childOf: remote(tracer, 'a:b:0:1'),
            tags,
          });
          span.log(tags, millis(START)).finish(millis(END));
        },
        { numbersAsDouble: true, tags },
      );
      expect(batch!.process.tags.slice(0, 5)).toStrictEqual(arrive);
      expect(batch!.spans).toMatchObject([{ startTime: START, duration: DURATION }]);
      expect(batch!.spans[0]!.tags).toStrictEqual(arrive);
      expect(batch!.spans[0]!.logs).toStrictEqual([{ timestamp: START, fields: arrive }]);
    });

    test.each([0, 1, 14, 15, 16, 1000])('%i of them', async (n) => {
      const tags = Array.from({ length: n }, (_, i) => [`k${i}`, i] as const);
      const [span] = await spansOf((tracer) => {
        const child = tracer.startSpan('op', { childOf: remote(tracer, 'a:b:0:1') });
        child.addTags(Object.fromEntries(tags)).finish();
      });
      expect(span!.tags).toStrictEqual(tags.map(([key, value]) => ({ key, type: 'LONG', value })));
    });

    test('a key that comes again, with another type too, comes again', async () => {
      const [span] = await spansOf((tracer) => {
        const child = tracer.startSpan('op', { childOf: remote(tracer, 'a:b:0:1') });
        child.setTag('k', 1).setTag('k', 'one').setTag('k', 1).finish();
      });
      expect(span!.tags.map(({ type, value }) => [type, value])).toEqual([
        ['LONG', 1],
        ['STRING', 'one'],
        ['LONG', 1],
      ]);
    });
  });

  describe('logs', () => {
    test('fields of all kinds, in order', async () => {
      const [span] = await spansOf((tracer) => {
        tracer.startSpan('op').log(taggedValues, millis(START)).finish();
      });
      expect(span!.logs).toStrictEqual([{ timestamp: START, fields: arrivingTags }]);
    });

    test.each([0, 1, 14, 15, 16, 1000])('%i of them', async (n) => {
      const logs: AgentLog[] = Array.from({ length: n }, (_, i) => ({
        timestamp: START + i,
        fields: [{ key: 'i', type: 'LONG', value: i }],
      }));
      const [span] = await spansOf((tracer) => {
        const root = tracer.startSpan('op');
        for (let i = 0; i < n; i++) root.log({ i }, millis(START + i));
        root.finish();
      });
      expect(span!.logs).toStrictEqual(logs);
    });

    test.each([0, 1, 14, 15, 16, 1000])('%i fields', async (n) => {
      const fields = Array.from({ length: n }, (_, i) => [`k${i}`, i % 2 === 0] as const);
      const [span] = await spansOf((tracer) => {
        tracer.startSpan('op').log(Object.fromEntries(fields), millis(START)).finish();
      });
      expect(span!.logs).toStrictEqual([
        { timestamp: START, fields: fields.map(([key, value]) => ({ key, type: 'BOOL', value })) },
      ]);
    });

    test('logEvent, and what setting baggage says', async () => {
      const [span] = await spansOf((tracer) => {
        const root = tracer.startSpan('op');
        root.logEvent('cache miss', { attempt: 2 });
        root.setBaggageItem('Tenant_Id', 'acme');
        root.finish();
      });
      expect(span!.logs.map((log) => log.fields)).toStrictEqual([
        [
          { key: 'event', type: 'STRING', value: 'cache miss' },
          { key: 'payload', type: 'STRING', value: '{"attempt":2}' },
        ],
        [
          { key: 'event', type: 'STRING', value: 'baggage' },
          { key: 'key', type: 'STRING', value: 'tenant-id' },
          { key: 'value', type: 'STRING', value: 'acme' },
        ],
      ]);
    });
  });
});
