import { describe, expect, test, vi } from 'vitest';
import { MethodTable } from '../../../../src/grpc/call/method.js';
import { Settings } from '../../../../src/grpc/settings/settings.js';
import { CallSpan } from '../../../../src/grpc/span/call-span.js';
import { outcomeOf, RigTracer } from '../../support/grpc-spans.js';

describe('the timer of a call', () => {
  function started(): { traced: RigTracer; call: CallSpan<unknown, unknown> } {
    const traced = new RigTracer('client');
    const method = new MethodTable(() => ({})).of({
      path: '/a/b',
      requestStream: false,
      responseStream: false,
    });
    const call = new CallSpan(new Settings('client', { tracer: traced.tracer }), method, undefined);
    call.start(undefined);
    return { traced, call };
  }

  test('ends the span where nothing else does', () => {
    vi.useFakeTimers();
    try {
      const { traced, call } = started();
      call.endAfter(1000, 4, 'Deadline exceeded');
      vi.advanceTimersByTime(999);
      expect(traced.spans).toHaveLength(0);
      vi.advanceTimersByTime(1);
      expect(outcomeOf(traced.span)).toMatchObject({ code: 4, message: 'Deadline exceeded' });
      call.end(0, 'OK');
      expect(outcomeOf(traced.span)).toMatchObject({ code: 4, message: 'Deadline exceeded' });
      // "You can only call finish() on a span once."
      expect(traced.logger.errors).toStrictEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('is gone with the end, and holds no process', () => {
    const { call } = started();
    const holding = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = holding();
    call.endAfter(3_600_000, 4, 'Deadline exceeded');
    expect(holding()).toBe(before);
    vi.useFakeTimers();
    try {
      const { call: other } = started();
      other.endAfter(1000, 4, 'Deadline exceeded');
      expect(vi.getTimerCount()).toBe(1);
      other.end(0, 'OK');
      expect(vi.getTimerCount()).toBe(0);
      other.endAfter(1000, 4, 'Deadline exceeded');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
    call.end(0, 'OK');
  });
});
