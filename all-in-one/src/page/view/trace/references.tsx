import type { JSX } from 'preact';
import { shortId } from '../../model/format.js';
import { tracePath } from '../../model/route.js';
import type { SpanReference } from '../../../trace-shape/span-parent.js';
import type { Span, Trace } from '../../model/trace.js';
import { Text } from '../text.js';

interface ReferencesProps {
  readonly span: Span;
  readonly trace: Trace;
}

/** The spans that this one names, other than its parent, and its parent where that is missing. */
export function References({ span, trace }: ReferencesProps): JSX.Element | null {
  const others = span.references.filter(
    ({ spanID, refType }) => refType === 'FOLLOWS_FROM' || spanID !== span.parent?.spanId,
  );
  if (others.length === 0) return null;
  return (
    <section class="references">
      <h3>
        References <small>{others.length}</small>
      </h3>
      <ul>
        {others.slice(0, 100).map((reference) => (
          <li>
            <code>{reference.refType === 'CHILD_OF' ? 'child of' : 'follows from'}</code>{' '}
            <Target reference={reference} trace={trace} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Target(props: { readonly reference: SpanReference; readonly trace: Trace }): JSX.Element {
  const { traceID: traceId, spanID: spanId } = props.reference;
  const isHere = traceId === props.trace.traceId;
  const target = isHere ? props.trace.spans.find((span) => span.spanId === spanId) : undefined;
  if (isHere && target === undefined) {
    return (
      <>
        <Text value={spanId} /> <em>not in this trace</em>
      </>
    );
  }
  return (
    <a href={tracePath(traceId, spanId)}>
      {target === undefined ? (
        <>
          span <Text value={spanId} /> of trace <Text value={shortId(traceId)} />
        </>
      ) : (
        <>
          <Text value={target.process.service} /> <Text value={target.operation} />
        </>
      )}
    </a>
  );
}
