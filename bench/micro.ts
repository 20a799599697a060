/**
 * What the tricks of the hot path buy: each case is the way taken beside the way not taken. The comments in src/ name these
 * cases.
 *
 *     npm run bench -- micro [case]
 */
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { bench, do_not_optimize as use, group, run } from 'mitata';
import { MockTracer } from 'opentracing';
import { constantTags } from '../src/core/span/constant-tags.js';
import { hexOf64, hexOfWord } from '../src/core/context/id-words.js';
import { RandomIds } from '../src/core/context/random-ids.js';
import { InMemoryReporter } from '../src/core/reporting/simple-reporters.js';
import { ConstSampler } from '../src/core/sampling/const-sampler.js';
import { CompactWriter } from '../src/core/thrift/compact-writer.js';
import { writeSpan } from '../src/core/wire/span-encoder.js';
import { newEncoding, writeTag } from '../src/core/wire/tag-encoder.js';
import { SpanContext } from '../src/core/context/span-context.js';
import { keep } from '../src/core/thrift/kept-bytes.js';
import { keepSpanOf } from '../src/grpc/grpc-js/span-of.js';
import { nodePlatform } from '../src/node/platform/platform.js';
import { Tracer } from '../src/node/tracer/tracer.js';

const only = process.argv[2];
const cases: Record<string, () => void> = {
  ids,
  context,
  clock,
  text,
  tags,
  constant,
  copy,
  fields,
  keep: keepSpans,
  span,
  child,
};

/** Signed words against unsigned ones (an object past 2^31), and xoshiro against the source itself. */
function ids(): void {
  const xoshiro = new RandomIds(nodePlatform.randomWords);
  const pool = new Int32Array(1024);
  let next = 1024;
  const fromPool = (): number => {
    if (next === 1024) {
      randomFillSync(pool);
      next = 0;
    }
    return pool[next++]!;
  };
  assert.notEqual(xoshiro.word(), xoshiro.word());
  bench('an id from xoshiro128**, signed', () => use({ hi: xoshiro.word(), lo: xoshiro.word() }));
  bench('an id from xoshiro128**, unsigned', () =>
    use({ hi: xoshiro.word() >>> 0, lo: xoshiro.word() >>> 0 }));
  bench('an id from a pool of random bytes', () => use({ hi: fromPool(), lo: fromPool() }));
}

/** The text of a context: loops over character codes against cutting, matching and `toString(16)`. */
function context(): void {
  const texts = Array.from({ length: 256 }, (_, i) => {
    const word = hexOfWord(Math.imul(i + 1, 0x9e37_79b1) | 0x1000_0000);
    return `${word}${word}:${word}00000001:${word}00000002:1`;
  });
  const words = Int32Array.from({ length: 256 }, (_, i) => Math.imul(i + 1, 0x9e37_79b1));
  const isHexText = /^[0-9a-fA-F]+$/;
  const wordsOf = (part: string): number[] => [
    Number.parseInt(part.slice(-8), 16) | 0,
    Number.parseInt(part.slice(-16, -8), 16) | 0,
  ];
  const byCutting = (text: string): number[][] | undefined => {
    const parts = text.split(':', 5);
    return parts.every((part) => isHexText.test(part)) ? parts.map(wordsOf) : undefined;
  };
  let i = 0;
  assert.equal(SpanContext.fromString(texts[3]!)!.toString(), texts[3]);
  bench('parsed in a loop', () => use(SpanContext.fromString(texts[i++ & 255]!)));
  bench('cut and matched', () => use(byCutting(texts[i++ & 255]!)));
  bench('64 bits as hex, by codes', () => use(hexOf64(words[i++ & 255]!, i)));
  bench('64 bits as hex, by toString', () =>
    use((words[i++ & 255]! >>> 0).toString(16) + (i >>> 0).toString(16).padStart(8, '0')));
}

/** What belongs to an object that lives as long as a call: a private field of it against a WeakMap. */
function keepSpans(): void {
  const spans = new WeakMap<object, object>();
  const span = new MockTracer().startSpan('operation');
  const recent: object[] = [];
  let i = 0;
  const metadata = (): object => (recent[i++ & 63] = { values: [i] });
  bench('a private field', () => keepSpanOf(metadata(), span));
  bench('a WeakMap', () => use(spans.set(metadata(), span)));
}

function clock(): void {
  const { clock: node } = nodePlatform;
  bench('wallMillis', () => use(node.wallMillis()));
  bench('monotonicMillis', () => use(node.monotonicMillis()));
  bench('Date.now', () => use(Date.now()));
  bench('performance.now', () => use(performance.now()));
}

function text(): void {
  const target = Buffer.allocUnsafe(4096);
  for (const length of [8, 16, 24, 40, 64, 100]) {
    const texts = ['a', 'b', 'c', 'd'].map((c) => Buffer.from(c.repeat(length)).toString());
    let i = 0;
    bench(`${length} characters, a loop`, () => {
      const value = texts[i++ & 3]!;
      for (let at = 0; at < length; at++) target[at] = value.charCodeAt(at);
    });
    bench(`${length} characters, Buffer.write`, () => use(target.write(texts[i++ & 3]!, 0)));
  }
}

function tags(): void {
  const writer = new CompactWriter(nodePlatform, 4096);
  const encoding = newEncoding();
  const keys = ['http.method', 'span.kind', 'component', 'peer.service'];
  const values = ['GET', 'server', 'loaded from the store', 'none'];
  let i = 0;
  bench('a tag whose value repeats', () => {
    writer.position = 0;
    writeTag(writer, keys[i & 3]!, values[i++ & 3]!, encoding);
  });
  bench('a tag whose value varies', () => {
    writer.position = 0;
    writeTag(writer, 'user.id', 1_000_000 + i++, encoding);
  });
  bench('a tag with nothing kept', () => {
    writer.position = 0;
    writer.structBegin();
    writer.stringField(1, keys[i & 3]!);
    writer.i32Field(2, 0);
    writer.stringField(3, values[i++ & 3]!);
    writer.structEnd();
  });
}

/** A span of an interceptor, from its start to its bytes: tags that never change, once for all or in a map each. */
function constant(): void {
  const tracer = new Tracer('bench', new InMemoryReporter(), new ConstSampler(true));
  const writer = new CompactWriter(nodePlatform, 4096);
  const encoding = newEncoding();
  const once = constantTags({ component: 'gRPC', 'span.kind': 'client', 'rpc.system': 'grpc' })!;
  const encode = (tags: Readonly<Record<string, unknown>>): void => {
    writer.position = 0;
    writeSpan(writer, tracer.startSpan('operation', { tags }), encoding);
  };
  bench('constant tags', () => encode(once));
  bench('a map each', () => encode({ ...once }));
}

/** The 20 bytes of a tag's head. */
function copy(): void {
  const writer = new CompactWriter(nodePlatform, 4096);
  const bytes = new Uint8Array(20).fill(7);
  const kept = keep(bytes);
  bench('words through a DataView', () => {
    writer.position = 0;
    writer.kept(kept);
  });
  bench('Uint8Array.set', () => {
    writer.position = 0;
    writer.raw(bytes);
  });
}

/** Field initialisers in two classes, one above the other, against assignments in the constructors. */
function fields(): void {
  class BaseWithFields {
    a = 0;
    b = 0;
    c = 0;
  }
  class WithFields extends BaseWithFields {
    d = 0;
  }
  class BaseAssigned {
    declare a: number;
    declare b: number;
    declare c: number;
    constructor() {
      this.a = 0;
      this.b = 0;
      this.c = 0;
    }
  }
  class Assigned extends BaseAssigned {
    declare d: number;
    constructor() {
      super();
      this.d = 0;
    }
  }
  bench('field initialisers', () => use(new WithFields()));
  bench('assignments', () => use(new Assigned()));
}

function span(): void {
  const reporter = new InMemoryReporter();
  const sampled = new Tracer('micro', reporter, new ConstSampler(true));
  const unsampled = new Tracer('micro', reporter, new ConstSampler(false));
  bench('start and finish, unsampled', () => unsampled.startSpan('operation').finish());
  bench('start, sampled', () => use(sampled.startSpan('operation')));
  bench('start, 5 tags, 1 log, sampled', () =>
    use(
      sampled
        .startSpan('operation', { tags: { a: 'b', c: 'd', e: 1, f: 2, g: true } })
        .log({ event: 'rows', message: 'loaded' }),
    ));
}

/** Children of one span. The clock is read with each, and held against the host's now and then. */
function child(): void {
  const tracer = new Tracer('micro', new InMemoryReporter(), new ConstSampler(true));
  const unsampled = new Tracer('micro', new InMemoryReporter(), new ConstSampler(false));
  const childOf = tracer.startSpan('parent');
  const unsampledParent = unsampled.startSpan('parent');
  bench('start, child of a span', () => use(tracer.startSpan('operation', { childOf })));
  bench('start, child of a context', () =>
    use(tracer.startSpan('operation', { childOf: childOf.context() })));
  bench('start and finish, unsampled child', () =>
    unsampled.startSpan('operation', { childOf: unsampledParent }).finish());
  bench('start, root', () => use(tracer.startSpan('operation')));
}

for (const [name, define] of Object.entries(cases)) {
  if (only === undefined || only === name) group(name, define);
}
await run();
