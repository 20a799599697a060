import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { SamplingState } from '../../../../src/core/context/sampling-state.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { newTraced } from '../../support/traced.js';

describe('flags', () => {
  test('are bits of their own', () => {
    const state = new SamplingState('1');
    state.setSampled(true);
    state.setFirehose(true);
    expect(state.flags()).toBe(9);
    state.setDebug(true);
    state.setSampled(false);
    expect(state.flags()).toBe(10);
    expect([state.isSampled(), state.isDebug(), state.isFirehose()]).toStrictEqual([
      false,
      true,
      true,
    ]);
    state.setDebug(false);
    state.setFirehose(false);
    expect(state.flags()).toBe(0);
    expect([state.isSampled(), state.isDebug(), state.isFirehose()]).toStrictEqual([
      false,
      false,
      false,
    ]);
  });

  test.each(['1', null, undefined, { valueOf: () => 1 }, Symbol('flags')])(
    'that are no number are 0: %s',
    (flags) => {
      const state = new SamplingState();
      state.setFlags(1);
      state.setFlags(flags as number);
      expect(state.flags()).toBe(0);
    },
  );

  test('that are not known are kept', () => {
    const state = new SamplingState();
    state.setFlags(0xf0);
    state.setSampled(true);
    expect(state.flags()).toBe(0xf1);
  });
});

test('finality is set and taken back', () => {
  const state = new SamplingState();
  expect(state.isFinal()).toBe(false);
  state.setFinal(true);
  expect(state.isFinal()).toBe(true);
  state.setFinal(false);
  expect(state.isFinal()).toBe(false);
});

test('samplers keep what they know of a trace in it', () => {
  const { tracer } = newTraced();
  const root = tracer.startSpan('root');
  const child = tracer.startSpan('child', { childOf: root });
  root.context()._samplingState.extendedState().mine = 7;
  expect(child.context()._samplingState.extendedState()).toStrictEqual({ mine: 7 });
  expect(tracer.startSpan('other').context()._samplingState.extendedState()).toStrictEqual({});
});

describe('the local root', () => {
  test('is the first span of the trace here', () => {
    const { tracer } = newTraced({ sampler: new ConstSampler(false) });
    const root = tracer.startSpan('root').context();
    const child = tracer.startSpan('child', { childOf: root }).context();
    const state = root._samplingState;
    expect([state.isLocalRootSpan(root), state.isLocalRootSpan(child)]).toStrictEqual([
      true,
      false,
    ]);
    expect(state.localRootSpanId()).toBe(root.spanIdStr);
    expect([state.isLocalRootSpan(root), state.isLocalRootSpan(child)]).toStrictEqual([
      true,
      false,
    ]);
  });

  test('is found by text too', () => {
    const context = SpanContext.fromString('a:b:0:1')!;
    expect(new SamplingState('b').isLocalRootSpan(context)).toBe(true);
    expect(new SamplingState('c').isLocalRootSpan(context)).toBe(false);
    expect(new SamplingState('b').localRootSpanId()).toBe('b');
    expect(new SamplingState().localRootSpanId()).toBeUndefined();
  });
});

test('samplers of one class have unique names', () => {
  const [one, other] = [new ConstSampler(true), new ConstSampler(true)];
  expect(one.uniqueName()).toMatch(/^ConstSampler\[\d+\]$/);
  expect(one.uniqueName()).not.toBe(other.uniqueName());
});
