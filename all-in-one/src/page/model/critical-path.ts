import { dependsOn } from './span-warnings.js';
import { endMicros, rootOf, type Span, type Trace } from './trace.js';

/** A part of a span in which nothing else was waited for. Microseconds since the Unix epoch. */
export interface Stretch {
  readonly startMicros: number;
  readonly endMicros: number;
}

/** A span whose end is being explained, from `upper` back to `lower`. */
interface Frame {
  readonly span: Span;
  readonly lower: number;
  readonly upper: number;
  /** Latest end first. */
  readonly children: readonly Span[];
  next: number;
  /** Everything after it is explained. */
  cursor: number;
}

/**
 * What made the trace take as long as it did: walks back from the end of the first root, into the child
 * that finished last, then into the one that finished last before that one began. The stretches of all
 * spans together cover the root's duration once. Spans by index; those off the path are absent.
 *
 * Children that reach over their parent are cut at its borders; what only follows from a span was not
 * waited for.
 */
export function criticalPath(trace: Trace): ReadonlyMap<number, readonly Stretch[]> {
  const stretches = new Map<number, Stretch[]>();
  const root = rootOf(trace);
  const frames = [frameOf(root, root.startMicros, endMicros(root))];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const child = nextChild(frame);
    const reached = child?.upper ?? frame.lower;
    addStretch(stretches, frame.span, reached, frame.cursor);
    if (child === undefined) {
      frames.pop();
    } else {
      frame.cursor = child.lower;
      frames.push(child);
    }
  }
  return stretches;
}

function frameOf(span: Span, lower: number, upper: number): Frame {
  const children = span.children.filter((child) => dependsOn(child, span));
  children.sort((a, b) => endMicros(b) - endMicros(a));
  return { span, lower, upper, children, next: 0, cursor: upper };
}

/** The child that finished last before the cursor. */
function nextChild(frame: Frame): Frame | undefined {
  while (frame.next < frame.children.length) {
    const child = frame.children[frame.next++]!;
    const lower = Math.max(child.startMicros, frame.lower);
    const upper = Math.min(endMicros(child), frame.upper);
    if (upper <= frame.cursor && lower < upper) return frameOf(child, lower, upper);
  }
  return undefined;
}

function addStretch(
  stretches: Map<number, Stretch[]>,
  span: Span,
  startMicros: number,
  end: number,
): void {
  if (end <= startMicros) return;
  const stretch = { startMicros, endMicros: end };
  const known = stretches.get(span.index);
  if (known === undefined) stretches.set(span.index, [stretch]);
  else known.push(stretch);
}
