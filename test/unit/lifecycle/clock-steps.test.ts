import { describe, expect, test } from 'vitest';
import { RemoteReporter } from '../../../src/core/reporting/remote-reporter.js';
import { RateLimitingSampler } from '../../../src/core/sampling/rate-limiting-sampler.js';
import type { Span } from '../../../src/core/span/span.js';
import { START_MILLIS } from '../support/fake-platform.js';
import { FakeSender } from '../support/fake-sender.js';
import { newTraced } from '../support/traced.js';

const DAY_MILLIS = 86_400_000;

describe.each([
  ['a day on', DAY_MILLIS],
  ['a day back', -DAY_MILLIS],
])('the clock is set %s', (_name, step) => {
  test('while a span is open: it took as long as it took, and its logs lie within', () => {
    const { tracer, platform, reporter } = newTraced();
    const { clock } = platform;
    const span = tracer.startSpan('open');
    clock.advance(10);
    clock.step(step);
    span.log({ event: 'after the step' });
    clock.advance(5);
    span.finish();
    expect(reporter.spans[0]).toMatchObject({ _startTime: START_MILLIS, _duration: 15 });
    expect(span._logs[0]!.timestamp).toBe(START_MILLIS + 10);
  });

  test('the spans after it start where the clock is now', () => {
    const { tracer, platform } = newTraced();
    tracer.startSpan('before').finish();
    platform.clock.step(step);
    platform.clock.advance(1);
    expect(tracer.startSpan('after')._startTime).toBe(START_MILLIS + step + 1);
  });

  test('a rate limiter goes on at its rate, with one burst at most', () => {
    const host = newTraced().platform;
    const { clock } = host;
    const sampler = new RateLimitingSampler(2, 2, { now: () => clock.wall, random: () => 0.5 });
    const { tracer } = newTraced({ sampler });
    const sampledOf = (count: number): number => {
      const spans: Span[] = Array.from({ length: count }, () => tracer.startSpan('op'));
      return spans.filter((span) => span.context().isSampled()).length;
    };
    expect(sampledOf(10)).toBe(2);
    clock.step(step);
    expect(sampledOf(10)).toBe(step > 0 ? 2 : 0);
    for (let second = 0; second < 5; second++) {
      clock.advance(1000);
      expect(sampledOf(10)).toBe(2);
    }
  });

  test('what waits is sent when its interval is over, not a day later or at once', async () => {
    const { platform } = newTraced();
    const sender = new FakeSender({ automatic: true });
    const reporter = new RemoteReporter(sender, { platform, bufferFlushInterval: 1000 });
    const { tracer } = newTraced({ reporter });
    tracer.startSpan('op').finish();
    platform.clock.step(step);
    await platform.advance(999);
    expect(sender.operations).toStrictEqual([]);
    await platform.advance(1);
    expect(sender.operations).toStrictEqual([['op']]);
  });
});
