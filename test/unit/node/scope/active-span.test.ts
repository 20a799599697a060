import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Span as OpenTracingSpan } from 'opentracing';
import { describe, expect, test, vi } from 'vitest';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { activeSpan, bindSpan, withSpan } from '../../../../src/node/scope/active-span.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';

const tracer = new Tracer('shop', new InMemoryReporter(), new ConstSampler(true));
const [one, two] = [tracer.startSpan('one'), tracer.startSpan('two')];

describe('the active span', () => {
  test('is none outside of withSpan', () => {
    expect(activeSpan()).toBeUndefined();
  });

  test('is that of the nearest withSpan, whose function it answers', () => {
    const seen = withSpan(one, () => [activeSpan(), withSpan(two, activeSpan), activeSpan()]);
    expect(seen).toStrictEqual([one, two, one]);
    expect(activeSpan()).toBeUndefined();
  });

  test('is none within withSpan of null or undefined', () => {
    const seen = withSpan(one, () => [withSpan(null, activeSpan), withSpan(undefined, activeSpan)]);
    expect(seen).toStrictEqual([undefined, undefined]);
  });

  test('is none again after a function that threw', () => {
    expect(() =>
      withSpan(one, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(activeSpan()).toBeUndefined();
  });

  test('goes along with promises, timers, ticks and streams that were begun in it', async () => {
    const seen = await withSpan(one, async () => {
      const spans = [activeSpan()];
      await Promise.resolve();
      spans.push(activeSpan());
      await sleep(1);
      spans.push(activeSpan());
      await new Promise<void>((resolve) => {
        process.nextTick(() => setImmediate(() => queueMicrotask(resolve)));
      });
      spans.push(activeSpan());
      return spans;
    });
    expect(seen).toStrictEqual([one, one, one, one]);
  });

  test('is kept apart between tasks that take turns', async () => {
    const task = async (span: OpenTracingSpan): Promise<boolean> => {
      for (let i = 0; i < 20; i++) {
        await sleep(0);
        if (activeSpan() !== span) return false;
      }
      return true;
    };
    const spans = Array.from({ length: 20 }, (_, i) => tracer.startSpan(`task ${i}`));
    const kept = await Promise.all(spans.map((span) => withSpan(span, () => task(span))));
    expect(kept).not.toContain(false);
  });

  test('is not touched by finishing it', () => {
    const span = tracer.startSpan('short');
    withSpan(span, () => {
      span.finish();
      expect(activeSpan()).toBe(span);
    });
  });
});

describe('bindSpan', () => {
  test('makes the span active wherever the function is called', async () => {
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    emitter.on('tick', () => seen.push(activeSpan()));
    emitter.on(
      'tick',
      bindSpan(one, () => seen.push(activeSpan())),
    );
    const ticked = once(emitter, 'tick');
    withSpan(two, () => emitter.emit('tick'));
    await ticked;
    expect(seen).toStrictEqual([two, one]);
  });

  test('passes this, the arguments and the answer, and keeps the number of parameters', () => {
    const owner = {
      factor: 2,
      scale: bindSpan(one, function scale(this: { factor: number }, a: number, b: number) {
        return (a + b) * this.factor;
      }),
    };
    expect(owner.scale(3, 4)).toBe(14);
    expect(owner.scale).toHaveLength(2);
    expect(bindSpan(one, () => 1)).toHaveLength(0);
  });

  test('to null hides the active span', () => {
    expect(withSpan(one, bindSpan(null, activeSpan))).toBeUndefined();
  });
});

test('two copies of the package share the active span', async () => {
  vi.resetModules();
  const other = await import('../../../../src/node/scope/active-span.js');
  expect(other.withSpan).not.toBe(withSpan);
  expect(withSpan(one, () => other.activeSpan())).toBe(one);
  expect(other.withSpan(two, () => activeSpan())).toBe(two);
  const shared = Object.getOwnPropertyDescriptor(globalThis, Symbol.for('spoor.scope'));
  expect(shared?.value).toBeInstanceOf(AsyncLocalStorage);
  expect(shared).toMatchObject({ enumerable: false, writable: false });
});
