import fc from 'fast-check';
import {
  Reference,
  REFERENCE_CHILD_OF,
  REFERENCE_FOLLOWS_FROM,
  type SpanContext as OpenTracingSpanContext,
} from 'opentracing';
import {
  ConstSampler,
  RemoteReporter,
  type Sender,
  type Span,
  SpanContext,
  Tracer,
  type Wire,
} from '../../../../src/index.js';
import {
  anyApacheDouble,
  anyText,
  type PlainBatch,
  type PlainSpan,
  type PlainTag,
} from './arbitrary-batch.js';

/** What an application says of a span, and the contexts that it names. */
export interface SpanSeed {
  readonly name: string;
  readonly parent: ContextSeed;
  readonly references: readonly { readonly follows: boolean; readonly context: ContextSeed }[];
  readonly startMicros: number;
  readonly durationMicros: number;
  readonly tags: readonly (readonly [key: string, value: unknown])[];
  readonly logs: readonly { readonly micros: number; readonly fields: Record<string, unknown> }[];
}

interface ContextSeed {
  readonly high: bigint;
  readonly low: bigint;
  readonly span: bigint;
  readonly flags: number;
}

/** Lone surrogates included: each encoder must make U+FFFD of them. */
const anyUtf16 = fc.oneof(
  anyText,
  fc.array(fc.integer({ min: 0xd700, max: 0xe0ff })).map((units) => String.fromCharCode(...units)),
);
/** Keys that come again and again, as in life, and any others. */
const anyKey = fc.oneof(fc.constantFrom('http.method', 'component', 'ключ'), anyUtf16);
const anyValue = fc.oneof(
  anyUtf16,
  fc.integer(),
  fc.maxSafeInteger(),
  anyApacheDouble,
  fc.boolean(),
  fc.uint8Array({ maxLength: 140 }),
);
const anyId = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
const anyContext: fc.Arbitrary<ContextSeed> = fc.record({
  high: fc.oneof(fc.constant(0n), anyId),
  low: anyId,
  span: anyId,
  flags: fc.constantFrom(1, 3, 9),
});
/** Microseconds from 1970 to 2100. */
const anyMicros = fc.integer({ min: 1, max: 4_102_444_800_000_000 });
const anyTags = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.tuple(anyKey, anyValue), { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.tuple(anyKey, anyValue), { minLength: 14, maxLength: 17 }) },
);

export const anySpanSeed: fc.Arbitrary<SpanSeed> = fc
  .record({
    name: anyKey,
    parent: anyContext,
    references: fc.array(fc.record({ follows: fc.boolean(), context: anyContext }), {
      maxLength: 3,
    }),
    startMicros: anyMicros,
    durationMicros: fc.integer({ min: -1_000_000, max: 90_000_000_000 }),
    tags: anyTags,
    logs: fc.array(
      fc.record({ micros: anyMicros, fields: fc.dictionary(anyKey, anyValue, { maxKeys: 16 }) }),
      { maxLength: 3 },
    ),
  })
  // A finish time of 0 means now.
  .filter(({ startMicros, durationMicros }) => startMicros + durationMicros !== 0);

/** A tracer whose messages are kept; `fail` makes the next one fail. */
export class TracedMessages {
  readonly messages: Uint8Array[] = [];
  readonly spans: Span[] = [];
  readonly tracer: Tracer;
  fail = false;
  private readonly reporter: RemoteReporter;

  constructor(wire: Wire, options: { readonly numbersAsDouble?: boolean } = {}) {
    const sender: Sender = {
      wire,
      maxMessageBytes: 1_000_000,
      send: async (message) => {
        if (this.fail) throw new Error('refused');
        this.messages.push(Uint8Array.from(message));
      },
      close: () => {},
    };
    this.reporter = new RemoteReporter(sender, { ...options, maxQueuedBytes: 16_000_000 });
    this.tracer = new Tracer('shop', this.reporter, new ConstSampler(true), {
      flushOnExit: false,
    });
  }

  /** Traces the spans as an application does; resolves with the message that they left in. */
  async trace(seeds: readonly SpanSeed[]): Promise<Uint8Array | undefined> {
    for (const seed of seeds) this.spans.push(this.traceSpan(seed));
    await this.tracer.flush();
    return this.messages.at(-1);
  }

  /** What the `seqNo`-th message must say, if it holds these spans and they are the latest. */
  expected(seeds: readonly SpanSeed[], seqNo: number): PlainBatch {
    const { serviceName, tags } = this.reporter._process!;
    const spans = this.spans.slice(this.spans.length - seeds.length);
    return {
      process: { serviceName, tags: tags.map(({ key, value }) => plainTag(key, value)) },
      spans: seeds.map((seed, i) => plainSpan(seed, spans[i]!)),
      seqNo: BigInt(seqNo),
    };
  }

  private traceSpan(seed: SpanSeed): Span {
    const references = seed.references.map(
      ({ follows, context }) =>
        new Reference(follows ? REFERENCE_FOLLOWS_FROM : REFERENCE_CHILD_OF, contextOf(context)),
    );
    const span = this.tracer.startSpan(seed.name, {
      childOf: contextOf(seed.parent),
      references,
      startTime: seed.startMicros / 1000,
    });
    for (const [key, value] of seed.tags) span.setTag(key, value);
    for (const { micros, fields } of seed.logs) span.log(fields, micros / 1000);
    span.finish((seed.startMicros + seed.durationMicros) / 1000);
    return span;
  }
}

/** A context as it comes from another process: its sampling is decided. */
function contextOf({ high, low, span, flags }: ContextSeed): OpenTracingSpanContext {
  const hex = (word: bigint): string => word.toString(16).padStart(16, '0');
  const trace = high === 0n ? hex(low) : hex(high) + hex(low);
  const context = SpanContext.fromString(`${trace}:${hex(span)}:0:${flags.toString(16)}`)!;
  context.finalizeSampling();
  return context;
}

/** A log or an end that is less than a millisecond too early is moved. */
function notJustBefore(earliest: number, micros: number): number {
  return micros < earliest && earliest - micros < 1000 ? earliest : micros;
}

function endOf({ startMicros, durationMicros }: SpanSeed, logs: readonly number[]): number {
  const end = notJustBefore(startMicros, startMicros + durationMicros);
  return Math.max(end, ...logs.filter((micros) => micros - end < 1000));
}

/** The span's own id is the only thing that the tracer made up. */
function plainSpan(seed: SpanSeed, span: Span): PlainSpan {
  const { parent, references, tags, startMicros } = seed;
  const logs = seed.logs.map(({ micros, fields }) => ({
    micros: notJustBefore(startMicros, micros),
    fields,
  }));
  const endMicros = endOf(
    seed,
    logs.map(({ micros }) => micros),
  );
  return {
    ...plainTraceId(parent),
    spanId: BigInt.asIntN(64, BigInt(`0x${span.context().spanIdStr}`)),
    parentSpanId: BigInt.asIntN(64, parent.span),
    operationName: wellFormed(seed.name),
    ...(references.length > 0 && {
      references: references.map(({ follows, context }) => ({
        refType: follows ? 1 : 0,
        ...plainTraceId(context),
        spanId: BigInt.asIntN(64, context.span),
      })),
    }),
    flags: parent.flags,
    startTime: BigInt(startMicros),
    duration: BigInt(endMicros - startMicros),
    ...(tags.length > 0 && { tags: tags.map(([key, value]) => plainTag(key, value)) }),
    ...(logs.length > 0 && {
      logs: logs.map(({ micros, fields }) => ({
        timestamp: BigInt(micros),
        fields: Object.entries(fields).map(([key, value]) => plainTag(key, value)),
      })),
    }),
  };
}

function plainTraceId({ low, high }: ContextSeed): { traceIdLow: bigint; traceIdHigh: bigint } {
  return { traceIdLow: BigInt.asIntN(64, low), traceIdHigh: BigInt.asIntN(64, high) };
}

function plainTag(name: string, value: unknown): PlainTag {
  const key = wellFormed(name);
  if (typeof value === 'string') return { key, vType: 0, vStr: wellFormed(value) };
  if (typeof value === 'boolean') return { key, vType: 2, vBool: value };
  if (value instanceof Uint8Array) return { key, vType: 4, vBinary: value };
  // JSON has no NaN and no infinities, so Jaeger could not show them.
  if (!Number.isFinite(value)) return { key, vType: 0, vStr: String(value) };
  if (!Number.isSafeInteger(value)) return { key, vType: 1, vDouble: value as number };
  return { key, vType: 3, vLong: BigInt(value as number) };
}

function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
