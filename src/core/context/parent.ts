import { REFERENCE_CHILD_OF, REFERENCE_FOLLOWS_FROM, type Reference } from 'opentracing';
import type { SamplingState } from './sampling-state.js';
import { SpanContext } from './span-context.js';

/** A Jaeger context of another copy of this package, or of jaeger-client itself. */
interface ForeignContext {
  readonly traceIdStr?: string | null;
  readonly spanIdStr?: string | null;
  readonly parentIdStr?: string | null;
  readonly baggage?: Record<string, string>;
  readonly debugId?: string;
  readonly _samplingState: SamplingState;
  isRemote?(): boolean;
}

/**
 * The context of an OpenTracing parent: a span or a span context. Contexts of other copies of this package
 * are recognised by their shape. Undefined for any other value, such as a context of a no-op tracer. Throws
 * what the value's own code throws.
 */
export function contextOf(
  parent: unknown,
  Context: typeof SpanContext = SpanContext,
): SpanContext | undefined {
  if (parent instanceof SpanContext) return parent;
  if (typeof parent !== 'object' || parent === null) return undefined;
  const span = parent as { context?: unknown };
  const candidate: unknown =
    typeof span.context === 'function' ? (span.context as () => unknown).call(parent) : parent;
  if (candidate instanceof SpanContext) return candidate;
  return isForeignContext(candidate) ? adopt(candidate, Context) : undefined;
}

/** References of one span that are read; further ones are ignored. */
const MAX_REFERENCES = 1000;

function countOf(references: readonly Reference[]): number {
  return Math.min(references.length, MAX_REFERENCES);
}

/**
 * The parent of a span: `childOf`, else the parent among the references. A context without ids is none, and hides none:
 * it is returned where nothing has ids, if it has baggage or a debug id.
 */
export function parentOf(
  childOf: unknown,
  references: readonly Reference[] | null | undefined,
  Context: typeof SpanContext = SpanContext,
): SpanContext | undefined {
  const context = contextOf(childOf, Context);
  if (!references || context?.isValid) return context;
  const referenced = parentOfReferences(references, Context);
  return context === undefined || referenced?.isValid || isEmpty(context) ? referenced : context;
}

/**
 * The parent among references: the first CHILD_OF that has ids, else the first FOLLOWS_FROM that has ids, else the first
 * with baggage or a debug id.
 */
export function parentOfReferences(
  references: readonly Reference[],
  Context: typeof SpanContext = SpanContext,
): SpanContext | undefined {
  let followed: SpanContext | undefined;
  let withoutIds: SpanContext | undefined;
  const count = countOf(references);
  for (let i = 0; i < count; i++) {
    const reference = references[i]!;
    const type = typeof reference?.type === 'function' ? reference.type() : undefined;
    if (type !== REFERENCE_CHILD_OF && type !== REFERENCE_FOLLOWS_FROM) continue;
    const context = contextOf(reference.referencedContext(), Context);
    if (context === undefined) continue;
    if (!context.isValid) {
      if (withoutIds === undefined && !isEmpty(context)) withoutIds = context;
    } else if (type === REFERENCE_CHILD_OF) {
      return context;
    } else {
      followed ??= context;
    }
  }
  return followed ?? withoutIds;
}

/** Whether a context without ids has nothing else either, as `extract` returns it for a carrier without headers. */
function isEmpty(context: SpanContext): boolean {
  return !context.debugId && Object.keys(context.baggage).length === 0;
}

function isForeignContext(value: unknown): value is ForeignContext {
  if (typeof value !== 'object' || value === null) return false;
  const state: unknown = (value as Partial<ForeignContext>)._samplingState;
  return (
    'traceIdStr' in value &&
    'spanIdStr' in value &&
    typeof state === 'object' &&
    state !== null &&
    typeof (state as SamplingState).isSampled === 'function' &&
    typeof (state as SamplingState).isFinal === 'function' &&
    typeof (state as SamplingState).setFlags === 'function'
  );
}

function adopt(foreign: ForeignContext, Context: typeof SpanContext): SpanContext {
  const context = new Context(
    null,
    null,
    null,
    foreign.traceIdStr,
    foreign.spanIdStr,
    foreign.parentIdStr,
    foreign.baggage ?? {},
    foreign.debugId ?? '',
    foreign._samplingState,
  );
  context._setRemote(foreign.isRemote?.() === true);
  return context;
}

/** The context of a reference and its kind: CHILD_OF, else FOLLOWS_FROM. */
export interface ReadReference {
  readonly childOf: boolean;
  readonly context: SpanContext;
}

/**
 * The references that can be sent. A reference is ignored if its context has no ids (only a debug id) or
 * belongs to another tracer, if its kind is unknown, or if reading it throws. Never throws.
 */
export function readReferences(references: readonly Reference[]): ReadReference[] {
  const read: ReadReference[] = [];
  const count = countOf(references);
  for (let i = 0; i < count; i++) {
    try {
      const reference = references[i]!;
      const type = reference.type();
      if (type !== REFERENCE_CHILD_OF && type !== REFERENCE_FOLLOWS_FROM) continue;
      const context = contextOf(reference.referencedContext());
      if (context?.isValid) read.push({ childOf: type === REFERENCE_CHILD_OF, context });
    } catch {
      // Not a reference. The span is sent without it.
    }
  }
  return read;
}
