import { connect } from 'node:http2';
import { Tracer as OpenTracingTracer, globalTracer, initGlobalTracer } from 'opentracing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { activeSpan } from '../../../../src/node/scope/active-span.js';
import type { Tracer } from '../../../../src/node/tracer/tracer.js';
import type { OpenTracingTracer as TracerShape } from '../../../../src/grpc/index.js';
import { COPIES } from '../../support/grpc-copies.js';
import { closedAfterEach } from '../../support/grpc-rig.js';
import { CALL_TYPES, type Handlers } from '../../support/grpc-service.js';
import { outcomeOf, RigTracer, tagsOf } from '../../support/grpc-spans.js';
import { RecordingLogger, THROWING_LOGGER } from '../../support/recording-logger.js';

const open = closedAfterEach();

function fail(): never {
  throw new Error('the tracer is broken');
}

/** A tracer that works, but for one method of its own, of its spans or of their contexts. */
function brokenTracer(method: string): TracerShape {
  const context = { isSampled: () => true };
  const span = {
    context: () => context,
    setTag: () => span,
    addTags: () => span,
    log: () => span,
    finish: () => undefined,
  };
  const tracer = { startSpan: () => span, inject: () => undefined, extract: () => null };
  for (const part of [tracer, span, context] as Record<string, unknown>[]) {
    if (method in part) part[method] = fail;
  }
  return tracer;
}

const METHODS = [
  'startSpan',
  'inject',
  'extract',
  'context',
  'setTag',
  'addTags',
  'log',
  'finish',
  'isSampled',
];

/** Made in the test: the test runner would look at it. */
const STRANGE: Readonly<Record<string, () => unknown>> = {
  'that makes no span': () => ({
    startSpan: () => undefined,
    inject: () => {},
    extract: () => null,
  }),
  'that makes text': () => ({ startSpan: () => 'span', inject: () => {}, extract: () => null }),
  'that is no tracer': () => ({}),
  'that extracts text': () => ({
    startSpan: (name: string) => new OpenTracingTracer().startSpan(name),
    inject: () => {},
    extract: () => 'junk',
  }),
  'that throws at any touch': () =>
    new Proxy({}, { get: fail, has: fail, getPrototypeOf: fail, ownKeys: fail }),
};

/** What a wrapper of a tracer may do. */
function add<O extends { tags: object }>(options: O): O {
  Object.assign(options.tags, { tenant: 't1' });
  return options;
}

describe.each(COPIES)('grpc-js $version', (copy) => {
  describe('a tracer', () => {
    test.each(METHODS)('whose %s throws leaves every call as it is', async (method) => {
      const logger = new RecordingLogger();
      const tracing = { tracer: brokenTracer(method), logger };
      const failing: Handlers = {
        unary: (call, callback) =>
          call.request === 'fail'
            ? callback({ code: 5, details: 'no' })
            : callback(null, call.request),
      };
      const rig = await open(copy, { tracing, handlers: failing });
      for (const type of CALL_TYPES) {
        const answer = await rig.call(type);
        expect(answer.error).toBeUndefined();
        expect(answer.values.join('+')).toBe('a+b');
      }
      expect((await rig.call('unary', 'fail')).status).toMatchObject({ code: 5, details: 'no' });
      const cancelled = await rig.call('unary', 'a', { onCall: (call) => call.cancel() });
      expect(cancelled.status?.code).toBe(1);
      expect(logger.errors.length).toBeGreaterThan(0);
      expect(logger.errors[0]).toMatch(/^gRPC tracing: .*the tracer is broken/);
    });

    test.each(Object.keys(STRANGE))('%s leaves every call as it is', async (what) => {
      const tracing = { tracer: STRANGE[what]!() as TracerShape, logger: new RecordingLogger() };
      const rig = await open(copy, { tracing });
      for (const type of CALL_TYPES) {
        expect((await rig.call(type)).values.join('+')).toBe('a+b');
      }
    });

    test.each<[string, (tracer: Tracer) => void]>([
      [
        'is wrapped',
        (tracer) => {
          const { startSpan } = tracer;
          tracer.startSpan = (name, options) =>
            startSpan.call(tracer, name, add(options as { tags: object }));
        },
      ],
      [
        'is wrapped below',
        (tracer) => {
          const start = tracer._startInternalSpan;
          tracer._startInternalSpan = (context, name, time, tags, ...rest) =>
            start.call(tracer, context, name, time, add({ tags: tags! }).tags as never, ...rest);
        },
      ],
    ])('whose startSpan %s may add to the tags that it is given', async (_how, wrap) => {
      const rig = await open(copy);
      wrap(rig.outgoing.tracer);
      await rig.call('unary');
      await rig.call('unary');
      await rig.idle();
      for (const span of rig.outgoing.spans) {
        expect(tagsOf(span)).toMatchObject({ tenant: 't1', component: 'gRPC' });
      }
      expect(rig.outgoing.spans).toHaveLength(2);
      expect(rig.incoming.spans.map((span) => 'tenant' in tagsOf(span))).toStrictEqual([
        false,
        false,
      ]);
    });

    test('whose logger throws as well leaves every call as it is', async () => {
      const tracing = { tracer: brokenTracer('startSpan'), logger: THROWING_LOGGER };
      const rig = await open(copy, { tracing });
      expect((await rig.call('unary')).values).toStrictEqual(['a+b']);
    });

    test('is told of its faults once a minute for each kind', async () => {
      vi.useFakeTimers({ toFake: ['Date'] });
      try {
        const logger = new RecordingLogger();
        const tracer = brokenTracer('extract');
        const rig = await open(copy, { tracing: { tracer, logger }, clientTracing: null });
        for (let i = 0; i < 5; i++) await rig.call('unary');
        const line = 'gRPC tracing: ignored an exception from extract: Error: the tracer is broken';
        expect(logger.errors).toStrictEqual([line]);
        vi.advanceTimersByTime(60_000);
        await rig.call('unary');
        expect(logger.errors).toStrictEqual([
          line,
          `${line} (4 more were suppressed since the last one)`,
        ]);
      } finally {
        vi.useRealTimers();
      }
    });
  });

  describe('the options', () => {
    test.each(['include', 'operationName', 'onStart', 'onEnd', 'isError', 'logPayloads'])(
      '%s that throws leaves every call as it is, and traced',
      async (name) => {
        const rig = await open(copy, { tracing: { [name]: fail } });
        for (const type of CALL_TYPES) {
          expect((await rig.call(type)).values.join('+')).toBe('a+b');
        }
        const answer = await rig.call('unary', 'unwritable');
        expect(answer.status?.code).toBe(13);
        await rig.outgoing.idle();
        expect(rig.outgoing.spans).toHaveLength(5);
        expect(rig.outgoing.spans[0]?.operationName).toBe('/test.Echo/Unary');
        expect(outcomeOf(rig.outgoing.spans[4]!)).toMatchObject({ code: 13, error: true });
        expect(rig.outgoing.logger.errors[0]).toContain('the tracer is broken');
      },
    );

    test.each(['include', 'operationName', 'onStart', 'onEnd', 'isError', 'logPayloads'])(
      '%s that is async and rejects leaves every call as it is, and is told',
      async (name) => {
        const late = async (): Promise<never> => fail();
        // An error, for isError to be asked.
        const unary: Handlers['unary'] = (_call, callback) => callback({ code: 13, details: 'no' });
        const rig = await open(copy, { tracing: { [name]: late }, handlers: { unary } });
        expect((await rig.call('unary')).status?.code).toBe(13);
        expect((await rig.call('bidi')).values.join('+')).toBe('a+b');
        await rig.idle();
        // The runner fails on a rejection that nobody handles.
        expect(rig.outgoing.logger.errors.join()).toContain('the tracer is broken');
        expect(rig.incoming.logger.errors.join()).toContain(`ignored an exception from ${name}`);
      },
    );

    test.each(['include', 'onStart'] as const)(
      '%s that freezes the info hurts no call',
      async (name) => {
        const freeze = (...args: unknown[]): boolean => Boolean(Object.freeze(args.at(-1)));
        const rig = await open(copy, { tracing: { [name]: freeze, onEnd: () => {} } });
        for (const type of CALL_TYPES) {
          expect((await rig.call(type)).values.join('+')).toBe('a+b');
        }
        await rig.idle();
        expect(rig.outgoing.spans).toHaveLength(4);
      },
    );

    test('tags whose getter throws throw where the interceptor is made', () => {
      const tags = Object.defineProperty({}, 'host', { get: fail, enumerable: true });
      expect(() => copy.tracing.serverInterceptor({ tags })).toThrow('the tracer is broken');
    });

    test('tags are read once, for every tracer', async () => {
      const tags = { version: 1 };
      const rig = await open(copy, { tracing: { tags } });
      tags.version = 2;
      await rig.call('unary');
      await rig.call('bidi');
      await rig.idle();
      expect(rig.outgoing.spans.map((span) => tagsOf(span)['version'])).toStrictEqual([1, 1]);
    });

    test('a logger that is no object is told at once', () => {
      expect(() => copy.tracing.clientInterceptor({ logger: 'x' as never })).toThrow(TypeError);
    });

    test.each<[object, string]>([
      [{ tracer: 5 }, 'tracer must be an OpenTracing tracer. Received 5'],
      [{ logger: 'x' }, 'logger must be a logger. Received x'],
      [{ tags: 'abc' }, 'tags must be an object. Received abc'],
      [{ tags: ['a'] }, 'tags must be an object. Received ["a"]'],
      [{ metadataTags: 5 }, 'metadataTags must be an object. Received 5'],
      [{ include: 'all' }, 'include must be a function. Received all'],
      [{ operationName: 1 }, 'operationName must be a function. Received 1'],
      [{ onStart: null }, 'onStart must be a function. Received null'],
      [{ onEnd: {} }, 'onEnd must be a function. Received {}'],
      [{ isError: true }, 'isError must be a function. Received true'],
      [{ format: 5 }, 'format must be a string. Received 5'],
      [{ logPayloads: 'yes' }, 'logPayloads must be a boolean or a function. Received yes'],
      [
        { messageEvents: 'all' },
        "messageEvents must be 'off', 'on' or { max: a number >= 0 }. Received all",
      ],
      [
        { messageEvents: { max: -1 } },
        `messageEvents must be 'off', 'on' or { max: a number >= 0 }. Received {"max":-1}`,
      ],
      [
        { metadataTags: { request: 'x' } },
        'metadataTags.request must be an array of strings. Received x',
      ],
      [
        { metadataTags: { response: [1] } },
        'metadataTags.response must be an array of strings. Received [1]',
      ],
    ])('%j throw where the interceptor is made', (options, text) => {
      for (const name of [
        'clientInterceptor',
        'serverInterceptor',
        'tracedClientOptions',
      ] as const) {
        const make = (): unknown => copy.tracing[name](options as object);
        expect(make).toThrow(TypeError);
        expect(make).toThrow(text);
      }
    });
  });

  describe('without a tracer in the options', () => {
    afterEach(() => {
      initGlobalTracer(new OpenTracingTracer());
    });

    test.each([undefined, null])('(%s) the global one is asked at each call', async (tracer) => {
      const rig = await open(copy, { tracing: { tracer } });
      expect((await rig.call('unary')).values).toStrictEqual(['a+b']);
      expect(activeSpan()).toBeUndefined();
      const traced = new RigTracer('late');
      initGlobalTracer(traced.tracer);
      expect((await rig.call('unary')).values).toStrictEqual(['a+b']);
      await traced.idle();
      expect(traced.spans.map((span) => tagsOf(span)['span.kind']).sort()).toStrictEqual([
        'client',
        'server',
      ]);
      expect(new Set(traced.spans.map((span) => span.context().traceIdStr)).size).toBe(1);
      expect(globalTracer()).not.toBe(traced.tracer);
    });
  });

  describe('include', () => {
    test('that is false: the interceptors answer with the inner call itself', () => {
      const include = (): boolean => false;
      const inner = { getDeadline: () => Number.POSITIVE_INFINITY };
      const method_definition = { path: '/test.Echo/Unary', requestStream: false };
      const client = copy.tracing.clientInterceptor({ include });
      expect(client({ method_definition } as never, () => inner as never)).toBe(inner);
      const server = copy.tracing.serverInterceptor({ include });
      expect(server(method_definition as never, inner as never)).toBe(inner);
    });

    test.each(CALL_TYPES)('that is false: a %s call has no span and no header', async (type) => {
      const seen: unknown[] = [];
      const handlers: Handlers = {
        unary: (call, callback) => {
          seen.push(call.metadata.get('uber-trace-id'), activeSpan(), copy.tracing.spanOf(call));
          callback(null, 'a');
        },
      };
      const rig = await open(copy, { handlers, tracing: { include: () => false } });
      expect((await rig.call(type)).error).toBeUndefined();
      expect(seen).toStrictEqual(type === 'unary' ? [[], undefined, undefined] : []);
      expect(rig.outgoing.tracer.stats().started).toBe(0);
      expect(rig.incoming.tracer.stats().started).toBe(0);
    });

    test('is asked for each call, with what is known then', async () => {
      const asked: unknown[] = [];
      const deadline = Date.now() + 60_000;
      const rig = await open(copy, {
        tracing: {
          include: (info) => {
            const { side, method, callType, metadata } = info;
            const knows = [info.deadline === undefined, info.options?.deadline === deadline];
            asked.push([side, method.path, callType, metadata, knows, typeof info.peer()]);
            return method.name !== 'Unary';
          },
        },
      });
      await rig.call('unary', 'a', { options: { deadline } });
      await rig.call('bidi');
      await rig.idle();
      expect(rig.outgoing.span.operationName).toBe('/test.Echo/Bidi');
      expect(rig.incoming.span.operationName).toBe('/test.Echo/Bidi');
      expect(asked).toStrictEqual([
        ['client', '/test.Echo/Unary', 'unary', undefined, [false, true], 'string'],
        ['server', '/test.Echo/Unary', 'unary', undefined, [false, false], 'string'],
        ['client', '/test.Echo/Bidi', 'bidi', undefined, [true, false], 'string'],
        ['server', '/test.Echo/Bidi', 'bidi', undefined, [false, false], 'string'],
      ]);
    });

    test('notHealthOrReflection leaves out what nobody wants to see', () => {
      const isIncluded = (service: string): boolean =>
        copy.tracing.notHealthOrReflection({ method: { path: '', service, name: 'Check' } });
      expect(isIncluded('grpc.health.v1.Health')).toBe(false);
      expect(isIncluded('grpc.reflection.v1.ServerReflection')).toBe(false);
      expect(isIncluded('grpc.reflection.v1alpha.ServerReflection')).toBe(false);
      expect(isIncluded('shop.Health')).toBe(true);
    });
  });

  test('a peer that speaks no gRPC has no span', async () => {
    const rig = await open(copy);
    const session = connect(`http://${rig.target}`);
    const stream = session.request({ ':path': '/test.Echo/Unary', ':method': 'GET' });
    stream.resume();
    await new Promise((resolve) => stream.on('close', resolve));
    session.close();
    expect(rig.incoming.tracer.stats().started).toBe(0);
  });
});
