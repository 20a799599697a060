// `spoor` is one version here and `jaeger-client` another one of the same package. Each value of the one is used where
// the other's type is asked for: this file compiles only while types are compared by their shape.
import * as older from 'spoor';
import * as newer from 'jaeger-client';
import type * as olderCore from 'spoor/core';
import type * as newerCore from 'jaeger-client/core';
import { spanOf } from 'spoor/grpc';
import { withParent } from 'jaeger-client/grpc';

if (older.VERSION === newer.VERSION) throw new Error(`only one version: ${older.VERSION}`);

const config = { serviceName: 'two', sampler: { type: 'const', param: 1 } };
const olderReporter = new older.InMemoryReporter();
const newerReporter = new newer.InMemoryReporter();
const olderTracer: newer.JaegerTracer = older.initTracer(config, { reporter: olderReporter });
const newerTracer: older.JaegerTracer = newer.initTracer(config, { reporter: newerReporter });

const parent: older.Span = newerTracer.startSpan('parent');
const child: newer.Span = olderTracer.startSpan('child', { childOf: parent });
const olderContext: older.SpanContext = child.context();
const newerContext: newer.SpanContext = parent.context();
if (olderContext.traceIdStr !== newerContext.traceIdStr) throw new Error('two traces');

const reporters: [newer.Reporter, older.Reporter] = [olderReporter, newerReporter];
const samplers: [newer.Sampler, older.Sampler] = [
  new older.ConstSampler(true),
  new newer.ProbabilisticSampler(1),
];
const senders: [newer.Sender, older.Sender] = [new older.UDPSender(), new newer.UDPSender()];
const codecs: [newer.Injector, older.Extractor] = [
  new older.TextMapCodec(),
  new newer.TextMapCodec(),
];
type Core = [newerCore.Span, newerCore.Tracer, newerCore.SpanContext, newerCore.SamplingState];
const core = (
  given: [olderCore.Span, olderCore.Tracer, olderCore.SpanContext, olderCore.SamplingState],
): Core => given;
const back = (given: Core): Parameters<typeof core>[0] => given;
void [samplers, codecs, core, back, spanOf, withParent];

// A tracer of the one with reporter and sampler of the other.
const mixed = new older.Tracer('mixed', newerReporter, new newer.ConstSampler(true));
mixed.startSpan('mixed').finish();

// The active span is one for both copies.
newer.withSpan(parent, () => {
  if (older.activeSpan() !== parent) throw new Error('two active spans');
});
parent.finish();
child.finish();
const names = (reporter: { readonly spans: readonly { operationName: string }[] }): string =>
  reporter.spans.map((span) => span.operationName).join();
if (names(newerReporter) !== 'mixed,parent' || names(olderReporter) !== 'child') {
  throw new Error(`${names(newerReporter)} | ${names(olderReporter)}`);
}
void Promise.all([
  ...senders.map((sender) => sender.close()),
  ...reporters.map((one) => one.close?.()),
]).then(() => console.log('done'));
