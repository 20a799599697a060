import { describe, expect, test } from 'vitest';
import { constantTags, flatOfConstant } from '../../../../src/core/span/constant-tags.js';
import { ConstSampler } from '../../../../src/core/sampling/const-sampler.js';
import { SAMPLER_API_V2 } from '../../../../src/core/sampling/sampler.js';
import { BinaryWriter } from '../../../../src/core/thrift/binary-writer.js';
import { CompactWriter } from '../../../../src/core/thrift/compact-writer.js';
import { writeSpan } from '../../../../src/core/wire/span-encoder.js';
import { newEncoding } from '../../../../src/core/wire/tag-encoder.js';
import { newTraced } from '../../support/traced.js';

describe('constant tags', () => {
  test('are a frozen copy, and like any other map to other code', () => {
    const given = { component: 'gRPC', 'peer.port': 80, ok: true };
    const constant = constantTags(given)!;
    given.component = 'changed';
    expect(constant).toStrictEqual({ component: 'gRPC', 'peer.port': 80, ok: true });
    expect(Object.isFrozen(constant)).toBe(true);
    expect(Reflect.ownKeys({ ...constant })).toStrictEqual(['component', 'peer.port', 'ok']);
  });

  test.each([
    ['an object, which may change', { a: {} }],
    ['a function', { a: () => 1 }],
    ['a decision on sampling', { 'sampling.priority': 1 }],
    ['more text than is cut from no span', { a: 'x'.repeat(1000) }],
  ])('cannot be made with %s', (_name, tags) => {
    expect(constantTags(tags)).toBeUndefined();
  });

  test('are told from other maps', () => {
    expect(flatOfConstant({ a: 1 })).toBeUndefined();
    expect(flatOfConstant(constantTags({ a: 1 })!)).toStrictEqual(['a', 1]);
  });
});

describe('a span that starts with constant tags', () => {
  const tags = { component: 'gRPC', n: 7, ok: true };
  const constant = constantTags(tags)!;

  const keysOf = ({ _tags }: { _tags: { key: string }[] }): string[] => _tags.map(({ key }) => key);

  test('shows them as others, behind the sampler’s and before its own', () => {
    const { tracer } = newTraced();
    const span = tracer.startSpan('op', { tags: constant }).setTag('own', 1);
    const like = tracer.startSpan('op', { tags }).setTag('own', 1);
    expect(span._tags).toStrictEqual(like._tags);
    expect(span.startTags).toBe(flatOfConstant(constant));
    expect(keysOf(span).slice(-4)).toStrictEqual(['component', 'n', 'ok', 'own']);
  });

  test.each(['compact', 'binary'] as const)('leaves as the same bytes, over %s', (encoding) => {
    const { tracer } = newTraced();
    const root = tracer.startSpan('root', { startTime: 1000 });
    const write = (given: object): Uint8Array[] => {
      const span = tracer.startSpan('op', { tags: given, childOf: root, startTime: 1000 });
      Object.assign(span.context(), { _span1: 1, _span0: 2 });
      span.setTag('own', 1).finish(1001);
      const writer = encoding === 'compact' ? new CompactWriter() : new BinaryWriter();
      const kept = newEncoding();
      return [1, 2].map(() => {
        writer.position = 0;
        writeSpan(writer, span, kept);
        return writer.view().slice();
      });
    };
    const [first, again] = write(constant);
    expect([first, again]).toStrictEqual(write(tags));
    expect(again).toStrictEqual(first);
  });

  test('has none where its trace is not sampled', () => {
    const { tracer } = newTraced({ sampler: new ConstSampler(false) });
    const span = tracer.startSpan('op', { tags: constant });
    span.setTag('sampling.priority', 1);
    expect(keysOf(span)).toStrictEqual(['sampling.priority']);
  });

  test('is sampled by them where the sampler asks for tags', () => {
    const sampler = {
      apiVersion: SAMPLER_API_V2 as typeof SAMPLER_API_V2,
      name: () => 'by component',
      onCreateSpan: () => ({ sample: false, retryable: true, tags: null }),
      onSetOperationName: () => ({ sample: false, retryable: true, tags: null }),
      onSetTag: (_span: unknown, key: string) => ({
        sample: key === 'component',
        retryable: key !== 'component',
        tags: null,
      }),
      close: () => {},
      toString: () => 'by component',
    };
    const { tracer } = newTraced({ sampler });
    const span = tracer.startSpan('op', { tags: constant });
    expect(span.context().isSampled()).toBe(true);
    expect(keysOf(span)).toStrictEqual(['component', 'n', 'ok']);
  });
});
