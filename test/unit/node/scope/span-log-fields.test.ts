import { Span as OpenTracingSpan } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { InMemoryReporter } from '../../../../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { withSpan } from '../../../../src/node/scope/active-span.js';
import { spanLogFields } from '../../../../src/node/scope/span-log-fields.js';
import { Tracer } from '../../../../src/node/tracer/tracer.js';

const tracer = new Tracer('shop', new InMemoryReporter(), new ConstSampler(true));
const [one, two] = [tracer.startSpan('one'), tracer.startSpan('two')];

describe('spanLogFields', () => {
  const context = tracer.extract('text_map', { 'uber-trace-id': 'abc:def:0:1' })!;

  test('are the ids of the active span, and whether it is sampled', () => {
    const fields = withSpan(one, () => spanLogFields());
    expect(fields).toStrictEqual({
      trace_id: one.context().traceIdStr,
      span_id: one.context().spanIdStr,
      sampled: true,
    });
  });

  test('are none where no span is active, or null is asked for', () => {
    expect(spanLogFields()).toStrictEqual({});
    expect(withSpan(one, () => spanLogFields(null))).toStrictEqual({});
  });

  test('are those of the span or the context that is given', () => {
    const unsampled = new Tracer('shop').startSpan('op');
    expect(spanLogFields(unsampled)).toMatchObject({ sampled: false });
    expect(withSpan(one, () => spanLogFields(two)).span_id).toBe(two.context().spanIdStr);
    expect(spanLogFields(context)).toStrictEqual({
      trace_id: 'abc',
      span_id: 'def',
      sampled: true,
    });
  });

  test('are read by shape, of the spans of any Jaeger tracer', () => {
    const byText = { traceIdStr: 'a', spanIdStr: 'b', isSampled: () => false };
    const byMethod = { toTraceId: () => 'a', toSpanId: () => 'b' };
    expect(spanLogFields({ context: () => byText })).toStrictEqual({
      trace_id: 'a',
      span_id: 'b',
      sampled: false,
    });
    expect(spanLogFields({ context: () => byMethod })).toStrictEqual({
      trace_id: 'a',
      span_id: 'b',
    });
  });

  test.each<[string, object]>([
    ["OpenTracing's no-op span", new OpenTracingSpan()],
    ['an empty context', tracer.extract('text_map', {})!],
    ['a span without a context', { context: () => undefined }],
    [
      'a span that throws',
      {
        context: () => {
          throw new Error('no');
        },
      },
    ],
    ['anything else', { a: 1 }],
  ])('are none for %s', (_name, span) => {
    expect(spanLogFields(span)).toStrictEqual({});
  });
});
