import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TracerStats } from '../../../../src/core/reporting/accounting.js';
import { RemoteReporter } from '../../../../src/core/reporting/remote-reporter.js';
import {
  CompositeReporter,
  InMemoryReporter,
} from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { BaseSamplerV2 } from '../../../../src/core/sampling/sampler.js';
import type { SamplingDecision } from '../../../../src/core/span/sampling-decision.js';
import type { Span } from '../../../../src/core/span/span.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { FakePlatform } from '../../support/fake-platform.js';
import { FakeSender } from '../../support/fake-sender.js';
import { newTraced } from '../../support/traced.js';

const ZERO: TracerStats = {
  started: 0,
  unsampledLater: 0,
  open: 0,
  finished: 0,
  sent: 0,
  waiting: 0,
  dropped: { queueFull: 0, tooLarge: 0, sendFailed: 0, encodeError: 0, closed: 0 },
};

function expectEquations({ started, finished, open, unsampledLater, ...rest }: TracerStats): void {
  expect(started).toBe(finished + open + unsampledLater);
  const dropped = Object.values(rest.dropped).reduce((sum, n) => sum + n, 0);
  expect(finished).toBe(rest.sent + rest.waiting + dropped);
}

describe('stats', () => {
  test('begin at 0', () => {
    expect(newTraced().tracer.stats()).toStrictEqual(ZERO);
  });

  test('count a span once at each step', () => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op');
    expect(tracer.stats()).toStrictEqual({ ...ZERO, started: 1, open: 1 });
    span.finish();
    expect(tracer.stats()).toStrictEqual({ ...ZERO, started: 1, finished: 1, sent: 1 });
    span.finish();
    expect(tracer.stats()).toStrictEqual({ ...ZERO, started: 1, finished: 1, sent: 1 });
  });

  test('do not count what is not sampled', () => {
    const { tracer } = newTraced({ sampler: new ConstSampler(false) });
    tracer.startSpan('op').finish();
    expect(tracer.stats()).toStrictEqual(ZERO);
  });

  test('a span that priority 0 takes out, and one that 1 takes in', () => {
    const { tracer } = newTraced();
    const out = tracer.startSpan('op').setTag('sampling.priority', 0);
    expect(tracer.stats()).toStrictEqual({ ...ZERO, started: 1, unsampledLater: 1 });
    out.setTag('sampling.priority', 1);
    expect(tracer.stats()).toStrictEqual({ ...ZERO, started: 2, unsampledLater: 1, open: 1 });
    out.finish();
    expect(tracer.stats()).toMatchObject({ finished: 1, open: 0, unsampledLater: 1 });
  });

  test('a span that its trace takes out', () => {
    const { tracer } = newTraced();
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', { childOf: root });
    child.setTag('sampling.priority', 0);
    for (const span of [child, root]) span.finish();
    expect(tracer.stats()).toStrictEqual({ ...ZERO, started: 2, unsampledLater: 2 });
  });

  test('a priority after the end changes nothing', () => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op');
    span.finish();
    span.setTag('sampling.priority', 0);
    expect(tracer.stats()).toStrictEqual({ ...ZERO, started: 1, finished: 1, sent: 1 });
  });

  test('after close, a span that finishes is dropped as closed', async () => {
    const { tracer, reporter } = newTraced();
    const span = tracer.startSpan('op');
    await tracer.close();
    span.finish();
    expect(reporter.spans).toStrictEqual([]);
    expect(tracer.stats()).toMatchObject({ finished: 1, sent: 0, dropped: { closed: 1 } });
  });

  test('are those of the reporter that counts, also in a composite', async () => {
    const sender = new FakeSender();
    const remote = new RemoteReporter(sender, { platform: new FakePlatform() });
    const { tracer } = newTraced({
      reporter: new CompositeReporter([new InMemoryReporter(), remote]),
    });
    tracer.startSpan('op').finish();
    expect(tracer.stats()).toMatchObject({ finished: 1, sent: 0, waiting: 1 });
    void tracer.flush();
    await sender.succeed();
    expect(tracer.stats()).toMatchObject({ finished: 1, sent: 1, waiting: 0 });
  });

  test('are a copy', () => {
    const { tracer } = newTraced();
    Object.assign(tracer.stats().dropped, { closed: 9 });
    expect(tracer.stats()).toStrictEqual(ZERO);
  });
});

/** Samples by the name of an operation: yes, no, or ask again. */
class ByName extends BaseSamplerV2 {
  constructor() {
    super('ByName');
  }

  onCreateSpan(span: Span): SamplingDecision {
    return { sample: span.operationName === 'yes', retryable: span.operationName === 'later' };
  }

  override onSetOperationName(span: Span): SamplingDecision {
    return this.onCreateSpan(span);
  }

  override onSetTag(): SamplingDecision {
    return { sample: false, retryable: true };
  }
}

const anyName = fc.constantFrom('yes', 'no', 'later');
const anyIndex = fc.nat({ max: 30 });
const anyStep = fc.oneof(
  fc.record({ do: fc.constant('root' as const), name: anyName }),
  fc.record({ do: fc.constant('child' as const), name: anyName, of: anyIndex }),
  fc.record({ do: fc.constant('remote' as const), name: anyName, flags: fc.constantFrom(0, 1, 3) }),
  fc.record({ do: fc.constant('priority' as const), of: anyIndex, value: fc.constantFrom(0, 1) }),
  fc.record({ do: fc.constant('rename' as const), of: anyIndex, name: anyName }),
  fc.record({ do: fc.constant('finish' as const), of: anyIndex }),
);

test('both equations hold after every step of any program', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const { tracer, reporter } = newTraced({ sampler: new ByName() });
      const open: Span[] = [];
      const at = (index: number): Span | undefined => open[index % Math.max(1, open.length)];
      for (const step of steps) {
        if (step.do === 'root') open.push(tracer.startSpan(step.name));
        if (step.do === 'child') {
          const childOf = at(step.of);
          open.push(tracer.startSpan(step.name, childOf && { childOf }));
        }
        if (step.do === 'remote') {
          const childOf = SpanContext.fromString(`a:b:0:${step.flags}`)!;
          childOf._setRemote(true);
          open.push(tracer.startSpan(step.name, { childOf }));
        }
        if (step.do === 'priority') at(step.of)?.setTag('sampling.priority', step.value);
        if (step.do === 'rename') at(step.of)?.setOperationName(step.name);
        if (step.do === 'finish' && open.length > 0) {
          open.splice(step.of % open.length, 1)[0]!.finish();
        }
        expectEquations(tracer.stats());
      }
      for (const span of open) span.finish();
      const stats = tracer.stats();
      expectEquations(stats);
      expect(stats.open).toBe(0);
      expect(stats.finished).toBe(reporter.spans.length);
    }),
    { seed: 10, numRuns: 300 },
  );
});

describe('sendErrors', () => {
  test('are the reporter’s; none where it keeps none, or throws', () => {
    const reporting = (sendErrors?: () => Record<string, number>): Record<string, number> =>
      newTraced({
        reporter: { report: () => {}, close: () => {}, ...(sendErrors ? { sendErrors } : {}) },
      }).tracer.sendErrors();
    expect(reporting(() => ({ refused: 2 }))).toStrictEqual({ refused: 2 });
    expect(reporting()).toStrictEqual({});
    const broken = (): never => {
      throw new Error('broken');
    };
    expect(reporting(broken)).toStrictEqual({});
  });

  test('of a RemoteReporter are its sender’s', () => {
    const sender = Object.assign(new FakeSender(), { sendErrors: () => ({ resolve: 1 }) });
    const platform = new FakePlatform();
    expect(new RemoteReporter(sender, { platform }).sendErrors()).toStrictEqual({ resolve: 1 });
    expect(new RemoteReporter(new FakeSender(), { platform }).sendErrors()).toStrictEqual({});
  });
});
