import { hostname } from 'node:os';
import { FORMAT_TEXT_MAP } from 'opentracing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JaegerTracer } from '../../src/index.js';
import { type Collecting, decodedSpan, startCollecting } from './collecting.js';
import { type Carrier, continueInRuby, sendWithRuby, type UdpTarget } from './peers/ruby-client.js';
import {
  expectAccounted,
  idsOf,
  NO_PARENT,
  openTracer,
  remote,
  SAMPLER_TAGS,
  span16,
  trace32,
} from './tracing.js';

let collecting: Collecting;
let target: UdpTarget;

beforeEach(async () => {
  collecting = await startCollecting('compact');
  target = { host: '127.0.0.1', port: collecting.port };
});

afterEach(() => collecting.close());

function open(options: Parameters<typeof openTracer>[2] = {}): JaegerTracer {
  return openTracer('ours', { port: collecting.port, protocol: 'compact' }, options);
}

function injected(tracer: JaegerTracer, span: ReturnType<JaegerTracer['startSpan']>): Carrier {
  const carrier = {};
  tracer.inject(span, FORMAT_TEXT_MAP, carrier);
  return carrier;
}

test('what Ruby sends is decoded as what Ruby says that it sent', async () => {
  const sent = await sendWithRuby(target);
  expect(sent.spans).toHaveLength(4);
  expect(await collecting.spans(4)).toStrictEqual(sent.spans.map(decodedSpan));
  expect(collecting.stats()).toMatchObject({ packets: 1, batches: 1, withTrailingBytes: 0 });
  expect(collecting.batches[0]!.process).toStrictEqual({
    serviceName: sent.serviceName,
    tags: [
      { key: 'peer.kind', type: 'string', value: 'ruby' },
      { key: 'jaeger.version', type: 'string', value: expect.stringMatching(/^Ruby-/) },
      { key: 'hostname', type: 'string', value: hostname() },
      { key: 'ip', type: 'string', value: expect.any(String) },
    ],
  });
});

test('Ruby’s carrier is extracted, and goes on here', async () => {
  const sent = await sendWithRuby(target);
  const second = sent.spans[1]!;
  const tracer = open();
  const context = tracer.extract(FORMAT_TEXT_MAP, sent.carrier)!;
  expect(context.baggage).toEqual(sent.baggage);
  tracer.startSpan('child', { childOf: context }).finish();
  await tracer.close();
  expect((await collecting.spans(5))[4]).toMatchObject({
    ...decodedSpan({ ...second, parentSpanID: second.spanID, operationName: 'child' }),
    spanID: expect.not.stringMatching(second.spanID),
    startTime: expect.any(Number),
    duration: expect.any(Number),
    tags: [],
  });
});

describe('a trace goes from here to Ruby and back', () => {
  test.each([
    { name: '64 bits', options: {}, digits: /^[1-9a-f][\da-f]{0,15}:/ },
    {
      name: '64 bits, padded',
      options: { padIds: true },
      digits: /^[\da-f]{16}:[\da-f]{16}:0{16}:/,
    },
    { name: '128 bits', options: { traceId128bit: true }, digits: /^[1-9a-f][\da-f]{16,31}:/ },
    {
      name: '128 bits, padded',
      options: { traceId128bit: true, padIds: true },
      digits: /^[\da-f]{32}:[\da-f]{16}:0{16}:/,
    },
  ])('$name', async ({ options, digits }) => {
    const tracer = open(options);
    const root = tracer.startSpan('root').setBaggageItem('tenant', 'grüße 🎉');
    const carrier = injected(tracer, root);
    expect(carrier['uber-trace-id']).toMatch(digits);

    const ruby = await continueInRuby(carrier, target);
    expect(ruby.baggage).toEqual({ tenant: 'grüße 🎉' });
    expect(ruby.span).toMatchObject({
      traceID: idsOf(root).traceID,
      parentSpanID: idsOf(root).spanID,
      flags: 1,
    });

    const back = tracer.startSpan('back', {
      childOf: tracer.extract(FORMAT_TEXT_MAP, ruby.carrier)!,
    });
    expect(back.getBaggageItem('tenant')).toBe('grüße 🎉');
    back.finish();
    root.finish();
    await tracer.close();
    expectAccounted(tracer.stats());

    const spans = await collecting.spans(3);
    expect(spans[0]).toStrictEqual(decodedSpan(ruby.span));
    expect(spans.slice(1)).toMatchObject([
      {
        operationName: 'back',
        traceID: spans[0]!.traceID,
        spanID: idsOf(back).spanID,
        parentSpanID: ruby.span.spanID,
        flags: 1,
      },
      {
        operationName: 'root',
        traceID: spans[0]!.traceID,
        spanID: idsOf(root).spanID,
        parentSpanID: NO_PARENT,
      },
    ]);
    // The decision was made here: none of the other spans says who sampled.
    const sampled = spans.filter((span) =>
      span.tags.some(({ key }) => key === SAMPLER_TAGS[0]!.key),
    );
    expect(sampled.map((span) => span.operationName)).toEqual(['root']);
  });

  test.each([
    { name: 'leading zeros', ids: '00ab:000000000000000c:0:1', sent: '00ab:000000000000000c:0:1' },
    {
      name: 'padded',
      ids: 'ab:c:0:1',
      sent: '00000000000000ab:000000000000000c:0000000000000000:1',
      options: { padIds: true },
    },
    {
      name: 'padded, 128 bits',
      ids: '10000000000000000:c:0:1',
      sent: '00000000000000010000000000000000:000000000000000c:0000000000000000:1',
      options: { padIds: true },
    },
    { name: 'top bits', ids: `${'f0'.repeat(16)}:f0000000000000f0:0:1` },
    { name: 'debug', ids: 'ab:c:0:3' },
    { name: 'firehose', ids: 'ab:c:0:9' },
    { name: 'upper case', ids: 'AB:C:0:1', sent: 'ab:c:0:1' },
  ])('ids that began elsewhere: $name', async ({ ids, sent, options }) => {
    const [trace, span, , flags] = ids.split(':') as [string, string, string, string];
    const tracer = open({ shareRpcSpan: true, ...options });
    const server = tracer.startSpan('server', {
      childOf: remote(tracer, ids),
      tags: { 'span.kind': 'server' },
    });
    const carrier = injected(tracer, server);
    expect(carrier).toEqual({ 'uber-trace-id': sent ?? ids });
    const ruby = await continueInRuby(carrier);
    expect(ruby.span).toMatchObject({
      traceID: trace32(trace),
      parentSpanID: span16(span),
      flags: Number(flags),
    });
    const back = tracer.startSpan('back', {
      childOf: tracer.extract(FORMAT_TEXT_MAP, ruby.carrier)!,
    });
    back.finish();
    server.finish();
    await tracer.close();
    const [first, second] = await collecting.spans(2);
    const traceID = decodedSpan(ruby.span).traceID;
    expect(first).toMatchObject({ traceID, parentSpanID: ruby.span.spanID, flags: Number(flags) });
    expect(second).toMatchObject({ traceID, spanID: span16(span), parentSpanID: NO_PARENT });
  });

  test('not sampled there: nothing of it is reported here', async () => {
    const ruby = await continueInRuby({ 'uber-trace-id': 'ab:c:0:0' });
    const tracer = open();
    const child = tracer.startSpan('child', {
      childOf: tracer.extract(FORMAT_TEXT_MAP, ruby.carrier)!,
    });
    child.finish();
    await tracer.close();
    expect(tracer.stats()).toMatchObject({ started: 0, finished: 0, sent: 0 });
    expectAccounted(tracer.stats());
  });
});
