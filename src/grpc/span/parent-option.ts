import type { Span, SpanContext } from 'opentracing';

/** Key of the parent in call options. All copies of this package in a process share it. */
const PARENT: unique symbol = Symbol.for('spoor.grpc.parent/1');

interface ParentOption {
  readonly [PARENT]?: Span | SpanContext | null | undefined;
}

/**
 * Returns a copy of `callOptions` with the parent for the span of the call; it wins over the active span.
 * Null: the span is a root. Undefined: no change.
 */
export function withParent<Options extends object = Record<never, never>>(
  parent: Span | SpanContext | null | undefined,
  callOptions?: Options,
): Options {
  const added: ParentOption = parent === undefined ? {} : { [PARENT]: parent };
  return { ...(callOptions as Options), ...added };
}

/** The parent that `withParent` set. Null: a root. Undefined: none was set. */
export function parentIn(options: object): Span | SpanContext | null | undefined {
  return (options as ParentOption)[PARENT];
}
