// Compiled against the packed types in every module mode that TypeScript has, then run.
import type { Span as OpenTracingSpan, Tracer as OpenTracingTracer } from 'opentracing';
import jaeger from 'spoor';
import * as spoor from 'spoor';
import { initTracer, type TracingConfig, type TracingOptions } from 'spoor';
import * as core from 'spoor/core';

const config: TracingConfig = {
  serviceName: 'typed',
  sampler: { type: 'const', param: 1 },
  reporter: { logSpans: true, agentHost: '127.0.0.1', agentPort: 6831, protocol: 'compact' },
};
const reporter = new spoor.InMemoryReporter();
const options: TracingOptions = {
  reporter,
  logger: { info: (_line: string): void => {}, error: (_line: string): void => {} },
  tags: { region: 'eu' },
  traceId128bit: true,
};
const tracer: spoor.JaegerTracer = initTracer(config, options);

// Ours are OpenTracing's own types: what takes those takes these.
const general: OpenTracingTracer = tracer;
const parent: OpenTracingSpan = general.startSpan('parent', { tags: { answer: 42 } });
const child: spoor.Span = tracer.startSpan('child', { childOf: parent });
child.setTag('key', 'value').log({ event: 'typed' }).finish();
parent.finish();

class Everything implements core.SamplerV1 {
  name(): string {
    return 'Everything';
  }
  isSampled(_operation: string, outTags: Record<string, unknown>): boolean {
    outTags['sampler.type'] = 'everything';
    return true;
  }
  close(callback?: () => void): void {
    callback?.();
  }
}
const sampled = new jaeger.Tracer('typed', reporter, new Everything()).startSpan('sampled');
sampled.finish();

const names: string[] = reporter.spans.map((span) => span.operationName);
if (names.join() !== 'child,parent,sampled') throw new Error(names.join());
const context: spoor.SpanContext = child.context();
if (context.traceId?.length !== 16) throw new Error(context.toTraceId());
if (new core.ConstSampler(true).toString() !== 'ConstSampler(always)') throw new Error('no core');
void tracer.close().then(() => console.log('done'));
