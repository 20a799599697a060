import { setTimeout as sleep } from 'node:timers/promises';
import { childOf, followsFrom, Tracer as OpenTracingTracer } from 'opentracing';
import { beforeEach, describe, expect, test } from 'vitest';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { initTracer } from '../../../../src/node/init.js';
import { activeSpan, withSpan } from '../../../../src/node/scope/active-span.js';
import { TestUtils } from '../../../../src/node/tracer/test-utils.js';
import { Tracer, type TracerOptions } from '../../../../src/node/tracer/tracer.js';
import { RecordingLogger } from '../../support/recording-logger.js';

let reporter: InMemoryReporter;
let logger: RecordingLogger;

function newTracer(options: TracerOptions = {}): Tracer {
  return new Tracer('shop', reporter, new ConstSampler(true), { logger, ...options });
}

/** The only span that was reported. */
function reported(): InMemoryReporter['spans'][number] {
  expect(reporter.spans).toHaveLength(1);
  return reporter.spans[0]!;
}

function parentIdOf(span: {
  context(): { parentIdStr: string | null | undefined };
}): string | null {
  return span.context().parentIdStr ?? null;
}

beforeEach(() => {
  reporter = new InMemoryReporter();
  logger = new RecordingLogger();
});

describe('startActiveSpan', () => {
  test('calls the function with the span as the active one, and finishes it', () => {
    const answer = newTracer().startActiveSpan('op', (span) => {
      expect(activeSpan()).toBe(span);
      expect(reporter.spans).toHaveLength(0);
      return 7;
    });
    expect(answer).toBe(7);
    expect(activeSpan()).toBeUndefined();
    expect(reported().operationName).toBe('op');
    expect(TestUtils.hasTags(reported(), { error: true })).toBe(false);
  });

  test('takes the options of startSpan', () => {
    newTracer().startActiveSpan('op', { tags: { a: 1 }, startTime: 1000 }, () => undefined);
    expect(TestUtils.hasTags(reported(), { a: 1 })).toBe(true);
    expect(reported().startTime).toBe(1000);
    expect(() => newTracer().startActiveSpan('op', undefined, () => 1)).not.toThrow();
    expect(() => newTracer().startActiveSpan('op', null, () => 1)).not.toThrow();
  });

  test('finishes the span of an async function when its promise settles', async () => {
    const work = newTracer().startActiveSpan('op', async (span) => {
      await sleep(1);
      expect(activeSpan()).toBe(span);
      return 'done';
    });
    expect(reporter.spans).toHaveLength(0);
    expect(await work).toBe('done');
    expect(reported().operationName).toBe('op');
  });

  test('finishes the span of a thenable that is no promise', async () => {
    // What knex and mongoose give: an object with a method of this name, and no promise.
    const promise = Promise.resolve(3);
    const thenable = new Proxy(
      {},
      { get: (_target, key) => (key === 'then' ? promise.then.bind(promise) : undefined) },
    );
    await newTracer().startActiveSpan('op', () => thenable as unknown as Promise<number>);
    expect(reporter.spans).toHaveLength(1);
  });

  test('tags and logs what the function throws, and throws it', () => {
    const error = new RangeError('too far');
    const run = (): void =>
      newTracer().startActiveSpan('op', () => {
        throw error;
      });
    expect(run).toThrow(error);
    expect(TestUtils.hasTags(reported(), { error: true })).toBe(true);
    const fields = Object.fromEntries(reported()._logs[0]!.fields.map((f) => [f.key, f.value]));
    expect(fields).toStrictEqual({
      event: 'error',
      'error.kind': 'RangeError',
      message: 'too far',
      stack: error.stack,
    });
  });

  test('tags and logs what the promise rejects with, and rejects with it', async () => {
    const work = newTracer().startActiveSpan('op', () => Promise.reject(new Error('no')));
    await expect(work).rejects.toThrow('no');
    expect(TestUtils.hasTags(reported(), { error: true })).toBe(true);
  });

  test.each([
    ['a string', 'out of order', 'out of order'],
    ['undefined', undefined, 'undefined'],
    ['an object without text', Object.create(null), '<unprintable value>'],
    [
      'a Proxy that throws',
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error('no');
          },
        },
      ),
      '[object Object]',
    ],
  ])('%s that is thrown does no harm', (_name, thrown, message) => {
    const run = (): void =>
      newTracer().startActiveSpan('op', () => {
        throw thrown;
      });
    let caught: unknown;
    try {
      run();
    } catch (error) {
      caught = error;
    }
    expect(Object.is(caught, thrown)).toBe(true);
    expect(reported()._logs[0]!.fields).toContainEqual({ key: 'message', value: message });
  });

  test('is a child of the active span, unless the options say otherwise', () => {
    const tracer = newTracer();
    const [outer, other] = [tracer.startSpan('outer'), tracer.startSpan('other')];
    const within = (options?: object): string | null =>
      withSpan(outer, () => tracer.startActiveSpan('op', options, parentIdOf));
    const idOf = (span: typeof outer): string | null => span.context().spanIdStr!;
    expect(within()).toBe(idOf(outer));
    expect(within({ references: [] })).toBe(idOf(outer));
    expect(within({ childOf: undefined })).toBe(idOf(outer));
    expect(within({ childOf: other })).toBe(idOf(other));
    expect(within({ references: [followsFrom(other.context())] })).toBe(idOf(other));
    expect(within({ references: [childOf(other.context())] })).toBe(idOf(other));
    expect(within({ childOf: null })).toBeNull();
    expect(tracer.startActiveSpan('op', parentIdOf)).toBeNull();
  });

  test('nests', () => {
    const tracer = newTracer();
    tracer.startActiveSpan('a', (a) =>
      tracer.startActiveSpan('b', (b) => {
        expect(parentIdOf(b)).toBe(a.context().spanIdStr);
        expect(b.context().traceIdStr).toBe(a.context().traceIdStr);
      }),
    );
    expect(reporter.spans.map((span) => span.operationName)).toStrictEqual(['b', 'a']);
  });

  test('does not change the options', () => {
    const tracer = newTracer();
    const options = Object.freeze({ tags: Object.freeze({ a: 1 }) });
    withSpan(tracer.startSpan('outer'), () =>
      tracer.startActiveSpan('op', options, () => undefined),
    );
    expect(options).toStrictEqual({ tags: { a: 1 } });
  });
});

describe('startSpan', () => {
  test('is a root whatever span is active, as in jaeger-client', () => {
    const tracer = newTracer();
    const span = withSpan(tracer.startSpan('outer'), () => tracer.startSpan('op'));
    expect(parentIdOf(span)).toBeNull();
    expect(Object.hasOwn(tracer, 'startSpan')).toBe(false);
  });

  test.each<[string, () => Tracer]>([
    ['new Tracer', () => newTracer({ implicitParent: true })],
    [
      'initTracer',
      () => initTracer({ serviceName: 'shop' }, { reporter, logger, implicitParent: true }),
    ],
  ])('with implicitParent of %s is a child of the active span', (_name, make) => {
    const tracer = make();
    const [outer, other] = [tracer.startSpan('outer'), tracer.startSpan('other')];
    const within = (options?: object): string | null =>
      parentIdOf(withSpan(outer, () => tracer.startSpan('op', options)));
    expect(within()).toBe(outer.context().spanIdStr);
    expect(within({ tags: { a: 1 } })).toBe(outer.context().spanIdStr);
    expect(within({ childOf: other })).toBe(other.context().spanIdStr);
    expect(within({ references: [followsFrom(other.context())] })).toBe(other.context().spanIdStr);
    expect(within({ childOf: null })).toBeNull();
    expect(parentIdOf(tracer.startSpan('op'))).toBeNull();
  });

  test('with implicitParent is a root where the active span is of a no-op tracer', () => {
    const noop = new OpenTracingTracer().startSpan('noop');
    const tracer = newTracer({ implicitParent: true });
    expect(parentIdOf(withSpan(noop, () => tracer.startSpan('op')))).toBeNull();
  });
});

test('a disabled tracer runs the function, and leaves the active span as it was', async () => {
  const disabled = initTracer({ disable: true });
  const outer = newTracer().startSpan('outer');
  const seen = withSpan(outer, () => disabled.startActiveSpan('op', () => activeSpan()));
  expect(seen).toBe(outer);
  expect(await disabled.startActiveSpan('op', { tags: {} }, async () => 5)).toBe(5);
  expect(() =>
    disabled.startActiveSpan('op', () => {
      throw new Error('no');
    }),
  ).toThrow('no');
});
