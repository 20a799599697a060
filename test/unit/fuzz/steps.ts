import fc from 'fast-check';
import {
  FORMAT_BINARY,
  FORMAT_HTTP_HEADERS,
  FORMAT_TEXT_MAP,
  childOf,
  followsFrom,
} from 'opentracing';
import { expect } from 'vitest';
import type { SpanContext } from '../../../src/core/context/span-context.js';
import {
  anyHostileKey,
  anyHostileTime,
  anyHostileValue,
  failingAfter,
  throwHostile,
} from '../support/hostile-values.js';
import type { Answer } from './faulty-senders.js';
import type { FuzzedTracer } from './fuzzed-tracer.js';

/** One thing that an application or its network does. */
export class Step {
  readonly name: string;
  private readonly does: (on: FuzzedTracer) => unknown;

  constructor(name: string, does: (on: FuzzedTracer) => unknown) {
    this.name = name;
    this.does = does;
  }

  async run(on: FuzzedTracer): Promise<void> {
    await this.does(on);
  }

  [fc.toStringMethod](): string {
    return this.name;
  }
}

/** A value that may need the tracer to be made. */
interface Made {
  readonly name: string;
  make(on: FuzzedTracer): unknown;
}

const made = (name: string, make: (on: FuzzedTracer) => unknown): Made => ({ name, make });

const anyIndex = fc.nat({ max: 20 });

/** A value whose `toJSON` uses the tracer while a span is being encoded. */
const anyReentrant: fc.Arbitrary<Made> = fc.nat({ max: 5 }).map((kind) =>
  made(`toJSON uses the tracer (${kind})`, (on) => ({
    toJSON: () => {
      on.reenter(kind);
      return 'done';
    },
  })),
);

const anyValue: fc.Arbitrary<Made> = fc.oneof(
  { weight: 10, arbitrary: anyHostileValue },
  { weight: 2, arbitrary: anyReentrant },
);

// ---- Parents -------------------------------------------------------------------------------------

/** A context as another copy of the package, or jaeger-client, would show it. */
function foreignContext(of: SpanContext): object {
  const { traceIdStr, spanIdStr, parentIdStr, baggage, debugId, _samplingState } = of;
  return { traceIdStr, spanIdStr, parentIdStr, baggage, debugId, _samplingState };
}

const anyParent: fc.Arbitrary<Made> = fc.oneof(
  anyIndex.map((of) => made(`span ${of}`, (on) => on.span(of))),
  anyIndex.map((of) => made(`context of span ${of}`, (on) => on.span(of).context())),
  anyIndex.map((of) => made(`extracted ${of}`, (on) => on.contexts[of % on.contexts.length])),
  anyIndex.map((of) => made(`foreign ${of}`, (on) => foreignContext(on.span(of).context()))),
  fc
    .tuple(anyIndex, fc.nat({ max: 40 }))
    .map(([of, calls]) =>
      made(`context of span ${of} that fails after ${calls} calls`, (on) =>
        failingAfter(calls, on.span(of).context()),
      ),
    ),
  fc
    .tuple(anyIndex, fc.nat({ max: 5 }))
    .map(([of, calls]) =>
      made(`span ${of} that fails after ${calls} calls`, (on) => failingAfter(calls, on.span(of))),
    ),
  anyHostileValue,
  anyHostileValue.map((value) =>
    made(`context(): ${value.name}`, () => ({ context: () => value.make() })),
  ),
);

const anyReference: fc.Arbitrary<Made> = fc.oneof(
  anyIndex.map((of) => made(`childOf ${of}`, (on) => childOf(on.span(of).context()))),
  anyIndex.map((of) => made(`followsFrom ${of}`, (on) => followsFrom(on.span(of)))),
  anyParent.map((parent) => made(`to ${parent.name}`, (on) => referenceTo(() => parent.make(on)))),
  fc.constant(made('to what throws', () => referenceTo(throwHostile))),
  anyHostileValue,
);

function referenceTo(referencedContext: () => unknown): object {
  return { type: () => 'child_of', referencedContext };
}

const anyReferences: fc.Arbitrary<Made> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(made('none', () => undefined)) },
  {
    weight: 3,
    arbitrary: fc
      .array(anyReference, { maxLength: 3 })
      .map((all) => made(namesOf(all), (on) => all.map((one) => one.make(on)))),
  },
  { weight: 1, arbitrary: anyHostileValue },
);

// ---- Tags and fields -----------------------------------------------------------------------------

const anyPriority: fc.Arbitrary<Made> = fc.oneof(
  fc.constantFrom(0, 1, -1, '1', true, false).map((value) => made(String(value), () => value)),
  anyHostileValue,
);

/** Tags or fields: an object of anything, or anything. */
const anyFields: fc.Arbitrary<Made> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(fc.tuple(anyHostileKey, anyValue), { maxLength: 4 })
      .map((pairs) =>
        made(`{${pairs.map(([key, value]) => `${key.name}: ${value.name}`).join(', ')}}`, (on) =>
          fieldsOf(pairs.map(([key, value]) => [key.make(), value.make(on)])),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: anyPriority.map((value) =>
      made(`{sampling.priority: ${value.name}}`, (on) => ({ 'sampling.priority': value.make(on) })),
    ),
  },
  { weight: 2, arbitrary: anyHostileValue },
);

/** Keys that cannot be keys are left out. */
function fieldsOf(pairs: readonly (readonly [unknown, unknown])[]): object {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of pairs) {
    if (typeof key === 'object' || typeof key === 'function') continue;
    Object.defineProperty(fields, key as string, { value, enumerable: true, configurable: true });
  }
  return fields;
}

const anyOptions: fc.Arbitrary<Made> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(made('nothing', () => undefined)) },
  { weight: 1, arbitrary: anyHostileValue },
  {
    weight: 6,
    arbitrary: fc
      .record({
        childOf: fc.option(anyParent),
        references: anyReferences,
        tags: fc.option(anyFields),
        startTime: fc.option(anyHostileTime),
      })
      .map((options) =>
        made(fc.stringify(namesByKey(options)), (on) => ({
          childOf: options.childOf?.make(on),
          references: options.references.make(on),
          tags: options.tags?.make(on),
          startTime: options.startTime?.make(),
        })),
      ),
  },
);

function namesOf(all: readonly Made[]): string {
  return `[${all.map(({ name }) => name).join(', ')}]`;
}

function namesByKey(all: Record<string, Made | null>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, value?.name]));
}

// ---- Spans ---------------------------------------------------------------------------------------

const anyStart = fc
  .tuple(anyHostileKey, anyOptions)
  .map(
    ([name, options]) =>
      new Step(`startSpan(${name.name}, ${options.name})`, (on) =>
        on.start(name.make(), options.make(on)),
      ),
  );

const anySetTag = fc
  .tuple(anyIndex, anyHostileKey, anyValue)
  .map(
    ([of, key, value]) =>
      new Step(`span ${of}: setTag(${key.name}, ${value.name})`, (on) =>
        on.span(of).setTag(key.make() as string, value.make(on)),
      ),
  );

const anySetPriority = fc
  .tuple(anyIndex, anyPriority)
  .map(
    ([of, value]) =>
      new Step(`span ${of}: setTag(sampling.priority, ${value.name})`, (on) =>
        on.span(of).setTag('sampling.priority', value.make(on)),
      ),
  );

const anyAddTags = fc
  .tuple(anyIndex, anyFields)
  .map(
    ([of, tags]) =>
      new Step(`span ${of}: addTags(${tags.name})`, (on) =>
        on.span(of).addTags(tags.make(on) as Record<string, unknown>),
      ),
  );

const anyLog = fc
  .tuple(anyIndex, anyFields, fc.option(anyHostileTime))
  .map(
    ([of, fields, time]) =>
      new Step(`span ${of}: log(${fields.name}, ${time?.name})`, (on) =>
        on.span(of).log(fields.make(on) as Record<string, unknown>, time?.make() as number),
      ),
  );

const anyLogEvent = fc
  .tuple(anyIndex, anyHostileKey, anyValue)
  .map(
    ([of, name, payload]) =>
      new Step(`span ${of}: logEvent(${name.name}, ${payload.name})`, (on) =>
        on.span(of).logEvent(name.make() as string, payload.make(on)),
      ),
  );

const anyRename = fc
  .tuple(anyIndex, anyHostileKey)
  .map(
    ([of, name]) =>
      new Step(`span ${of}: setOperationName(${name.name})`, (on) =>
        on.span(of).setOperationName(name.make() as string),
      ),
  );

const anyBaggage = fc.tuple(anyIndex, anyHostileKey, anyHostileValue).map(
  ([of, key, value]) =>
    new Step(`span ${of}: baggage ${key.name} = ${value.name}`, (on) => {
      on.span(of).setBaggageItem(key.make() as string, value.make() as string);
      on.span(of).getBaggageItem(key.make() as string);
    }),
);

const anyFinish = fc
  .tuple(anyIndex, fc.option(anyHostileTime))
  .map(
    ([of, time]) =>
      new Step(`span ${of}: finish(${time?.name})`, (on) => on.finish(on.span(of), time?.make())),
  );

/** A burst finds the bounds of the queue. */
const anyBurst = fc.integer({ min: 2, max: 80 }).map(
  (count) =>
    new Step(`${count} spans`, (on) => {
      for (let i = 0; i < count; i++) on.finish(on.start('burst', { tags: { i } }));
    }),
);

// ---- Contexts ------------------------------------------------------------------------------------

const CONTEXT_FIELDS = [
  'traceId',
  'spanId',
  'parentId',
  'traceIdStr',
  'spanIdStr',
  'parentIdStr',
  'flags',
  'baggage',
  'debugId',
] as const;

const anySetContext = fc.tuple(anyIndex, fc.constantFrom(...CONTEXT_FIELDS), anyHostileValue).map(
  ([of, field, value]) =>
    new Step(`context of span ${of}: ${field} = ${value.name}`, (on) => {
      const context = on.span(of).context();
      Object.assign(context, { [field]: value.make() });
      readContext(context);
    }),
);

function readContext(context: SpanContext): void {
  for (const field of CONTEXT_FIELDS) void context[field];
  context.toString();
  context.toTraceId();
  context.toSpanId();
  void [context.isValid, context.isSampled(), context.isDebug(), context.isFirehose()];
  void [context.isRemote(), context.isDebugIDContainerOnly(), context.samplingFinalized];
}

// ---- Carriers ------------------------------------------------------------------------------------

const FORMATS: readonly string[] = [FORMAT_TEXT_MAP, FORMAT_HTTP_HEADERS, FORMAT_BINARY];

const anyFormat: fc.Arbitrary<Made> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...FORMATS, 'own').map((name) => made(name, () => name)),
  },
  { weight: 1, arbitrary: anyHostileValue },
);

const anyCarrier: fc.Arbitrary<Made> = fc.oneof(
  { weight: 3, arbitrary: anyFields },
  {
    weight: 3,
    arbitrary: fc
      .record({
        'uber-trace-id': fc.oneof(
          fc.constantFrom<Made>(
            made('good', () => 'a:b:0:1'),
            made('debug', () => 'a:b:0:3'),
          ),
          anyHostileValue,
        ),
        'uberctx-key': anyHostileValue,
        'jaeger-debug-id': anyHostileValue,
        'jaeger-baggage': fc.constantFrom<Made>(
          made('two', () => 'a=b,c=d'),
          made('%', () => '%'),
        ),
      })
      .map((carrier) =>
        made(fc.stringify(namesByKey(carrier)), (on) =>
          Object.fromEntries(Object.entries(carrier).map(([key, value]) => [key, value.make(on)])),
        ),
      ),
  },
);

/** The one documented exception, and only for a format that is none. */
function unlessUnsupported(format: unknown, run: () => void): void {
  try {
    run();
  } catch (error) {
    // Not `toContain(format)`: to say what it expects, it would touch the format.
    expect(FORMATS.some((known) => known === format)).toBe(false);
    expect((error as Error).message).toMatch(/^Unsupported format: /);
  }
}

const anyInject = fc.tuple(anyParent, anyFormat, anyCarrier).map(
  ([from, format, carrier]) =>
    new Step(`inject(${from.name}, ${format.name}, ${carrier.name})`, (on) => {
      const wanted = format.make(on);
      unlessUnsupported(wanted, () =>
        on.tracer.inject(from.make(on) as SpanContext, wanted as string, carrier.make(on)),
      );
    }),
);

const anyExtract = fc.tuple(anyFormat, anyCarrier).map(
  ([format, carrier]) =>
    new Step(`extract(${format.name}, ${carrier.name})`, (on) => {
      const wanted = format.make(on);
      unlessUnsupported(wanted, () => {
        const context = on.tracer.extract(wanted as string, carrier.make(on));
        if (context !== null) on.contexts.push(context);
      });
    }),
);

/** A codec of the application's own, which answers with anything. */
const anyCodec = anyParent.map(
  (answer) =>
    new Step(`a codec that answers ${answer.name}`, (on) => {
      on.tracer.registerInjector('own', { inject: () => on.moods.react('injector') as void });
      on.tracer.registerExtractor('own', { extract: () => answer.make(on) as SpanContext });
    }),
);

// ---- The tracer and its network ------------------------------------------------------------------

const DAY_MILLIS = 86_400_000;
const ANSWERS: readonly Answer[] = [
  'accept',
  'accept late',
  'reject',
  'reject late',
  'throw',
  'say nothing',
];

const anyControl = fc.constantFrom(
  new Step('flush()', (on) => on.flush()),
  new Step('stats()', (on) => [on.tracer.stats(), on.tracer.caughtErrors(), on.tracer.now()]),
  new Step('a stalled message leaves', (on) => on.sender.settleStalled(true)),
  new Step('a stalled message fails', (on) => on.sender.settleStalled(false)),
);

const anyAnswer = fc
  .constantFrom(...ANSWERS)
  .map((answer) => new Step(`the network: ${answer}`, (on) => (on.sender.answer = answer)));

const anyTime = fc.oneof(
  fc
    .constantFrom(1, 999, 1000, 60_000)
    .map((millis) => new Step(`${millis} ms go by`, (on) => on.platform.advance(millis))),
  fc
    .constantFrom(-DAY_MILLIS, DAY_MILLIS)
    .map(
      (millis) =>
        new Step(`the clock is set by ${millis} ms`, (on) => on.platform.clock.step(millis)),
    ),
);

const closing = fc.constant(new Step('close()', (on) => on.close()));

/** Anything that may happen. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: anyStart },
  { weight: 8, arbitrary: anyFinish },
  { weight: 4, arbitrary: anyBurst },
  { weight: 5, arbitrary: anySetTag },
  { weight: 2, arbitrary: anySetPriority },
  { weight: 3, arbitrary: anyAddTags },
  { weight: 4, arbitrary: anyLog },
  { weight: 1, arbitrary: anyLogEvent },
  { weight: 2, arbitrary: anyRename },
  { weight: 2, arbitrary: anyBaggage },
  { weight: 3, arbitrary: anySetContext },
  { weight: 3, arbitrary: anyInject },
  { weight: 3, arbitrary: anyExtract },
  { weight: 1, arbitrary: anyCodec },
  { weight: 6, arbitrary: anyControl },
  { weight: 4, arbitrary: anyAnswer },
  { weight: 3, arbitrary: anyTime },
  { weight: 1, arbitrary: closing },
);
