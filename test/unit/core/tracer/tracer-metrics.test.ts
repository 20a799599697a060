import { Tags } from 'opentracing';
import { describe, expect, test } from 'vitest';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { SpanContext } from '../../../../src/core/context/span-context.js';
import { newTraced } from '../../support/traced.js';

const SERVER = { [Tags.SPAN_KIND]: Tags.SPAN_KIND_RPC_SERVER };

function remote(text: string): SpanContext {
  const context = SpanContext.fromString(text)!;
  context._setRemote(true);
  return context;
}

describe.each([
  ['y', new ConstSampler(true), '1'],
  ['n', new ConstSampler(false), '0'],
])('sampled=%s', (sampled, sampler, flags) => {
  test('a root starts a trace and a span', () => {
    const { tracer, metrics } = newTraced({ sampler });
    tracer.startSpan('op');
    expect(metrics.counted).toStrictEqual({
      [`jaeger:traces{state=started,sampled=${sampled}}`]: 1,
      [`jaeger:started_spans{sampled=${sampled}}`]: 1,
    });
  });

  test('a root that is a server starts a trace too', () => {
    const { tracer, metrics } = newTraced({ sampler });
    tracer.startSpan('op', { tags: SERVER });
    expect(metrics.get(`jaeger:traces{state=started,sampled=${sampled}}`)).toBe(1);
    expect(metrics.get(`jaeger:traces{state=joined,sampled=${sampled}}`)).toBe(0);
  });

  test('a server span below a remote parent joins a trace', () => {
    const { tracer, metrics } = newTraced({ sampler });
    tracer.startSpan('op', { childOf: remote(`a:b:0:${flags}`), tags: SERVER });
    expect(metrics.counted).toStrictEqual({
      [`jaeger:traces{state=joined,sampled=${sampled}}`]: 1,
      [`jaeger:started_spans{sampled=${sampled}}`]: 1,
    });
  });

  test('any other child is a span alone', () => {
    const { tracer, metrics } = newTraced({ sampler });
    const childOf = remote(`a:b:0:${flags}`);
    tracer.startSpan('op', { childOf });
    tracer.startSpan('op', { childOf, tags: { [Tags.SPAN_KIND]: 'client' } });
    expect(metrics.counted).toStrictEqual({ [`jaeger:started_spans{sampled=${sampled}}`]: 2 });
  });

  test('finished_spans counts those that are sampled', () => {
    const { tracer, metrics } = newTraced({ sampler });
    tracer.startSpan('op').finish();
    expect(metrics.get('jaeger:finished_spans')).toBe(sampled === 'y' ? 1 : 0);
  });
});

test('a priority among the tags of startSpan counts as what it makes of the span', () => {
  const { tracer, metrics } = newTraced();
  tracer.startSpan('op', { tags: { [Tags.SAMPLING_PRIORITY]: 0 } });
  expect(metrics.counted).toStrictEqual({
    'jaeger:traces{state=started,sampled=n}': 1,
    'jaeger:started_spans{sampled=n}': 1,
  });
});

test('decoding errors', () => {
  const { tracer, metrics } = newTraced();
  tracer.extract('text_map', { 'uber-trace-id': 'junk' });
  tracer.extract('http_headers', { 'uber-trace-id': '0:0:0:0' });
  tracer.extract('text_map', {});
  expect(metrics.counted).toStrictEqual({ 'jaeger:span_context_decoding_errors': 2 });
});

test('spans that finish after close are counted as dropped', async () => {
  const { tracer, metrics } = newTraced();
  const span = tracer.startSpan('op');
  await tracer.close();
  span.finish();
  expect(metrics.get('jaeger:finished_spans')).toBe(1);
  expect(metrics.get('jaeger:reporter_spans{result=dropped}')).toBe(1);
});
