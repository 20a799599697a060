import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeMessage as apacheDecodeMessage,
  ENCODINGS,
} from '../../../fixtures/apache/apache-thrift.js';
import { plainBatch } from './arbitrary-batch.js';
import { anySpanSeed, type SpanSeed, TracedMessages } from './traced-spans.js';

const aSpan: SpanSeed = fc.sample(anySpanSeed, { seed: 1, numRuns: 1 })[0]!;

// A value's `toJSON`, its getters and `toString` are the application's code, and it may trace.
describe.each(ENCODINGS)('%s', (protocol) => {
  const datagrams = { protocol, message: true };

  test('a tag and a log that come while the span is being encoded break no message', async () => {
    const traced = new TracedMessages(datagrams);
    const span = traced.tracer.startSpan('outer');
    const late = {
      toJSON() {
        span.setTag('more', 1).log({ more: 1 });
        return 'late';
      },
    };
    span.setTag('value', late).log({ value: late });
    span.finish();
    await traced.trace([aSpan]);
    const { spans } = plainBatch(apacheDecodeMessage(protocol, traced.messages[0]!));
    expect(spans).toHaveLength(2);
    expect(spans[0]!.tags).toContainEqual({ key: 'value', vType: 0, vStr: '"late"' });
    expect(spans[1]).toEqual(traced.expected([aSpan], 1).spans[0]);
  });

  test('a span that finishes while another is being encoded breaks no message', async () => {
    const traced = new TracedMessages(datagrams);
    const span = traced.tracer.startSpan('outer');
    span.setTag('value', {
      toJSON() {
        traced.tracer.startSpan('inner', { childOf: span }).finish();
        return 'late';
      },
    });
    span.finish();
    await traced.tracer.flush();
    const spans = traced.messages.flatMap(
      (message) => plainBatch(apacheDecodeMessage(protocol, message)).spans,
    );
    expect(spans.map(({ operationName }) => operationName).sort()).toEqual(['inner', 'outer']);
  });
});
