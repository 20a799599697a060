import { formatDuration } from './format.js';
import { endMicros, type Span } from './trace.js';

/** What looks wrong with a span: what the server says, then what its place in the tree shows. */
export function spanWarnings(span: Span): string[] {
  return [...span.serverWarnings, ...placeWarnings(span), ...durationWarnings(span)];
}

/** As `spanWarnings(span).length > 0`, without the texts: asked for every row. */
export function hasWarnings(span: Span): boolean {
  return (
    span.serverWarnings.length > 0 ||
    span.detached !== undefined ||
    span.durationMicros <= 0 ||
    placeWarnings(span).length > 0
  );
}

function placeWarnings(span: Span): string[] {
  if (span.detached === 'missing') {
    return [`Orphan: its parent ${span.parentReference?.spanID ?? ''} is not in this trace.`];
  }
  if (span.detached === 'ring') {
    return ['Its parent is one of its own descendants; shown at the top.'];
  }
  return span.parent === undefined ? [] : skewWarnings(span, span.parent);
}

function skewWarnings(span: Span, parent: Span): string[] {
  const early = parent.startMicros - span.startMicros;
  if (early > 0) {
    return [`Clock skew: starts ${formatDuration(early)} before its parent.`];
  }
  // What only follows from another span may well outlive it.
  if (!dependsOn(span, parent)) return [];
  const parentEnd = endMicros(parent);
  const startsLate = span.startMicros - parentEnd;
  if (startsLate > 0) {
    return [
      `Clock skew or late work: starts ${formatDuration(startsLate)} after its parent ended.`,
    ];
  }
  const endsLate = endMicros(span) - parentEnd;
  return endsLate > 0 ? [`Ends ${formatDuration(endsLate)} after its parent.`] : [];
}

/**
 * Whether a parent may wait for this span: it is no FOLLOWS_FROM. The server's part of a call always is
 * waited for, whatever its own reference says: it stands below the client's part, which shares its id.
 */
export function dependsOn({ spanId, parentReference }: Span, parent: Span): boolean {
  return parentReference?.refType !== 'FOLLOWS_FROM' || spanId === parent.spanId;
}

function durationWarnings({ durationMicros }: Span): string[] {
  if (durationMicros < 0) return [`Negative duration: ${durationMicros} µs.`];
  return durationMicros === 0 ? ['Duration is 0.'] : [];
}
