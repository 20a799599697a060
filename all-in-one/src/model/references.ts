import { type JaegerReference, NO_PARENT } from '../thrift/jaeger-model.js';

/** What a span says of the spans that it depends on. */
export interface Dependent {
  readonly traceID: string;
  readonly parentSpanID: string;
  readonly references: readonly JaegerReference[];
}

/**
 * The parent's id, `NO_PARENT` for none. As in Jaeger, a span that names no parent is the child of
 * the first span of its own trace that it refers to, by CHILD_OF rather than by FOLLOWS_FROM.
 */
export function parentOf({ traceID, parentSpanID, references }: Dependent): string {
  if (parentSpanID !== NO_PARENT) return parentSpanID;
  if (references.length === 0) return NO_PARENT;
  const own = references.filter((reference) => reference.traceID === traceID);
  const parent = own.find(({ refType }) => refType === 'CHILD_OF') ?? own[0];
  return parent?.spanID ?? NO_PARENT;
}

/**
 * All that a span refers to, its parent first. As in Jaeger, a span is not named twice where it is
 * both the parent and referred to: what the reference says holds.
 */
export function mergedReferences(span: Dependent, parent: string): readonly JaegerReference[] {
  const { traceID, references } = span;
  if (parent === NO_PARENT) return references;
  const isParent = (reference: JaegerReference): boolean =>
    reference.spanID === parent && reference.traceID === traceID;
  const said = references.filter(isParent).at(-1);
  const first: JaegerReference = said ?? { refType: 'CHILD_OF', traceID, spanID: parent };
  return [first, ...references.filter((reference) => !isParent(reference))];
}
