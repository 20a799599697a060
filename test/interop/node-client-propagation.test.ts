import { FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP, type Span as OpenTracingSpan } from 'opentracing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initTracer, InMemoryReporter, type JaegerTracer, type Span } from '../../src/index.js';
import {
  closeRival,
  loadJaegerClient,
  type RivalContext,
  rivalContext,
  type RivalTracer,
} from './peers/jaeger-client.js';
import { span16, trace32 } from './tracing.js';

const jaegerClient = loadJaegerClient();

type Context = ReturnType<Span['context']> | RivalContext;

/** By normalised key. */
const BAGGAGE = {
  tenant: 'acme',
  'user-id': 'żółć 🎉',
  percent: '100%',
  escaped: 'a%20b%zz',
  punctuation: 'a=b, c;d:"e"',
  empty: '',
};

/** As a carrier passes through HTTP: every name in lower case, every value ASCII. */
const FORMATS = [
  { format: FORMAT_TEXT_MAP, isAscii: false },
  { format: FORMAT_HTTP_HEADERS, isAscii: true },
];

function withBaggage<S extends OpenTracingSpan>(span: S): S {
  for (const [key, value] of Object.entries(BAGGAGE)) {
    span.setBaggageItem(key.replace('-', '_').toUpperCase(), value);
  }
  return span;
}

/** trace, span, parent and flags of a context of either client, at full width. */
function idsOf(context: Context): string[] {
  const [trace, span, parent, flags] = context.toString().split(':') as [
    string,
    string,
    string,
    string,
  ];
  return [trace32(trace), span16(span), span16(parent), flags];
}

function bytesOf(context: Context): string[] {
  return [trace32(hex(context.traceId)), span16(hex(context.spanId))];
}

function hex(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes!).toString('hex');
}

function expectToContinue(child: OpenTracingSpan, parent: OpenTracingSpan): void {
  const childContext = child.context() as Context;
  const parentContext = parent.context() as Context;
  const [trace, span, , flags] = idsOf(parentContext);
  expect(idsOf(childContext)).toEqual([trace, expect.not.stringMatching(span!), span, flags]);
  expect(bytesOf(childContext)[0]).toBe(trace);
  expect({ ...childContext.baggage }).toEqual(BAGGAGE);
}

describe.each([
  { name: '64 bits', options: {} },
  { name: '64 bits, padded', options: { padIds: true } },
  { name: '128 bits', options: { traceId128bit: true } },
  { name: '128 bits, padded', options: { traceId128bit: true, padIds: true } },
])('$name', ({ options }) => {
  const config = { serviceName: 'service', sampler: { type: 'const', param: 1 } };
  let ours: JaegerTracer;
  let theirs: RivalTracer;

  beforeAll(() => {
    ours = initTracer(config, { ...options, reporter: new InMemoryReporter() });
    theirs = jaegerClient.initTracer(
      { ...config, ...options },
      { ...options, reporter: new jaegerClient.InMemoryReporter() },
    );
  });

  afterAll(async () => {
    await ours.close();
    await closeRival(theirs);
  });

  describe.each(FORMATS)('$format', ({ format, isAscii }) => {
    const carry = (from: JaegerTracer | RivalTracer, span: OpenTracingSpan): object => {
      const carrier: Record<string, string> = {};
      from.inject(span.context(), format, carrier);
      expect(Object.keys(carrier)).toEqual(Object.keys(carrier).map((key) => key.toLowerCase()));
      if (isAscii) expect(Object.values(carrier).join('')).toMatch(/^[ -~]*$/);
      return carrier;
    };

    // Many: about one id in sixteen begins with a zero.
    const MANY = 100;

    test('from ours to jaeger-client, and back', () => {
      for (let i = 0; i < MANY; i++) {
        const root = withBaggage(ours.startSpan('root'));
        const theirChild = theirs.startSpan('child', {
          childOf: theirs.extract(format, carry(ours, root))!,
        });
        expectToContinue(theirChild, root);
        const back = ours.startSpan('grandchild', {
          childOf: ours.extract(format, carry(theirs, theirChild))!,
        });
        expectToContinue(back, theirChild);
        for (const span of [back, theirChild, root]) span.finish();
      }
    });

    test('from jaeger-client to ours, and back', () => {
      for (let i = 0; i < MANY; i++) {
        const root = withBaggage(theirs.startSpan('root'));
        const ourChild = ours.startSpan('child', {
          childOf: ours.extract(format, carry(theirs, root))!,
        });
        expectToContinue(ourChild, root);
        const back = theirs.startSpan('grandchild', {
          childOf: theirs.extract(format, carry(ours, ourChild))!,
        });
        expectToContinue(back, ourChild);
        for (const span of [back, ourChild, root]) span.finish();
      }
    });

    test('that a trace is not sampled goes along', () => {
      const unsampled = ours.startSpan('root').setTag('sampling.priority', 0);
      const context = theirs.extract(format, carry(ours, unsampled)) as RivalContext;
      expect(context.flags).toBe(0);
      const child = theirs.startSpan('child', { childOf: context });
      const back = ours.startSpan('grandchild', {
        childOf: ours.extract(format, carry(theirs, child))!,
      });
      expect(back.context().isSampled()).toBe(false);
    });

    test('flags of 32 bits stay hex digits', () => {
      const context = ours.extract(format, { 'uber-trace-id': 'a:b:0:80000001' })!;
      const child = ours.startSpan('child', { childOf: context }).setTag('sampling.priority', 1);
      const carrier = carry(ours, child) as Record<string, string>;
      expect(carrier['uber-trace-id']).toMatch(/^[\da-f]+:[\da-f]+:[\da-f]+:[\da-f]+$/);
      const read = theirs.extract(format, carrier) as RivalContext;
      // Sampled and debug.
      expect(read.flags & 3).toBe(3);
      expect(ours.extract(format, carrier)!.isValid).toBe(true);
    });

    test.each([
      { 'uber-trace-id': 'abc:d:0:1' },
      { 'uber-trace-id': '00000000000000ab:000000000000000c:0000000000000001:3' },
      { 'uber-trace-id': '800000000000000000000000000000ab:8000000000000000:ffffffffffffffff:9' },
      { 'uber-trace-id': 'a%3Ab%3A0%3A1' },
      { 'Uber-Trace-Id': 'a:b:0:0', 'UberCtx-Key': 'a%20value', 'uberctx-': 'no key' },
      { 'jaeger-debug-id': 'look%20here' },
      { 'jaeger-debug-id': 'x', 'jaeger-baggage': 'k1=v1, k2=v2,broken, a=b=c' },
      { 'uber-trace-id': 'a:b:0:1', 'jaeger-baggage': 'k1=v1', 'uberctx-k1': 'other' },
      { 'uber-trace-id': '0:0:0:0' },
      { 'uber-trace-id': 'nonsense' },
      { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      {},
    ])('both read the same in %o', (carrier) => {
      const read = ours.extract(format, carrier)!;
      const expected = theirs.extract(format, carrier) as RivalContext;
      expect(read.isValid).toBe(Boolean(expected.isValid));
      expect(read.debugId).toBe(expected.debugId);
      expect({ ...read.baggage }).toEqual({ ...expected.baggage });
      if (expected.isValid) {
        expect(idsOf(read)).toEqual(idsOf(expected));
        expect(bytesOf(read)).toEqual(bytesOf(expected));
      }
    });
  });

  test('a span of jaeger-client is a parent here, in one process', () => {
    const root = withBaggage(theirs.startSpan('root'));
    expectToContinue(ours.startSpan('child', { childOf: root }), root);
    expectToContinue(ours.startSpan('child', { childOf: root.context() }), root);
  });

  test('a context of ours is a parent there, in one process', () => {
    const root = withBaggage(ours.startSpan('root'));
    const child = theirs.startSpan('child', { childOf: root.context() });
    expectToContinue(child, root);
    expect(rivalContext(child).flags).toBe(1);
  });
});
