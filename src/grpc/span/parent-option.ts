import type { Span, SpanContext } from 'opentracing';

/** What the options of a call carry for the interceptor; shared by all copies of this package. */
const PARENT: unique symbol = Symbol.for('spoor.grpc-parent/1');

interface OwnOptions {
  readonly [PARENT]?: Span | SpanContext | null | undefined;
}

/**
 * Options of a call whose span is a child of `parent`, whatever the active span is. Null: the span is
 * a root. Undefined changes nothing. `callOptions` are copied.
 */
export function withParent<Options extends object = Record<never, never>>(
  parent: Span | SpanContext | null | undefined,
  callOptions?: Options,
): Options {
  const own: OwnOptions = parent === undefined ? {} : { [PARENT]: parent };
  return { ...(callOptions as Options), ...own };
}

/** What `withParent` put there. */
export function parentIn(options: object): Span | SpanContext | null | undefined {
  return (options as OwnOptions)[PARENT];
}
