import { type JaegerReference, NO_PARENT } from '../thrift/jaeger-model.js';
import { parentReference } from '../trace-shape/span-parent.js';

/** What a received span says about its parent: a field of its own, and references. */
export interface Dependent {
  readonly traceID: string;
  /** `NO_PARENT` for none. */
  readonly parentSpanID: string;
  readonly references: readonly JaegerReference[];
}

/**
 * All references of a span, the one to its parent first (see `parentReference`). The field
 * `parentSpanID` counts as a CHILD_OF before all references, unless the references name that span as a
 * FOLLOWS_FROM only: clients write the parent of a FOLLOWS_FROM into the field, too. A second CHILD_OF to
 * the parent is dropped; a FOLLOWS_FROM to it is kept.
 */
export function mergedReferences(span: Dependent): readonly JaegerReference[] {
  const { traceID } = span;
  const all = withParentField(span);
  const parent = parentReference(traceID, all);
  if (parent === undefined || all.length === 1) return all;
  const isSame = (reference: JaegerReference): boolean =>
    reference === parent ||
    (reference.refType === 'CHILD_OF' && isTo(reference, traceID, parent.spanID));
  // The last of equal ones: behind the one made from the field, a link of OTLP may say more.
  const first = parent.refType === 'CHILD_OF' ? all.filter(isSame).at(-1)! : parent;
  return [first, ...all.filter((reference) => !isSame(reference))];
}

function withParentField(span: Dependent): readonly JaegerReference[] {
  const { traceID, parentSpanID, references } = span;
  if (parentSpanID === NO_PARENT) return references;
  if (references.length === 1 && isTo(references[0]!, traceID, parentSpanID)) return references;
  const named = references.filter((reference) => isTo(reference, traceID, parentSpanID));
  const isFollowed = named.length > 0 && named.every(({ refType }) => refType === 'FOLLOWS_FROM');
  if (!isFollowed) return [{ refType: 'CHILD_OF', traceID, spanID: parentSpanID }, ...references];
  return [...named, ...references.filter((reference) => !named.includes(reference))];
}

function isTo(reference: JaegerReference, traceID: string, spanID: string): boolean {
  return reference.spanID === spanID && reference.traceID === traceID;
}
