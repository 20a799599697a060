import type { Span } from 'opentracing';
import type { GrpcMessageDirection } from '../call/call-info.js';
import { type PeerSource, tagsOfPeer } from '../call/peer.js';
import { OK, statusName } from '../call/status.js';

/** The part of a Jaeger span context that is read. Other tracers need not have it. */
interface SamplingContext {
  isSampled?(): boolean;
  readonly samplingFinalized?: boolean;
}

/** Whether the span is or may become sampled. If not, tags and logs cost time for nothing. */
export function isRecorded(span: Span): boolean {
  const context = span.context() as SamplingContext;
  if (typeof context.isSampled !== 'function') return true;
  return context.isSampled() || context.samplingFinalized === false;
}

/**
 * The context of a span or a span context. Tracers accept any context as a parent, but a span only of
 * their own class.
 */
export function contextOf(parent: object): object {
  const { context } = parent as { readonly context?: () => object };
  return typeof context === 'function' ? context.call(parent) : parent;
}

/** Tags for the peer address and the number of previous attempts, if known. */
export function recordPeer(span: Span, peer: PeerSource | undefined, attempts: unknown): void {
  if (attempts !== undefined) span.setTag('grpc.previous_attempts', Number(attempts));
  if (peer !== undefined) span.addTags(tagsOfPeer(peer));
}

/** Tag for the status code, and a log for a status other than OK. */
export function recordStatus(span: Span, code: number, details: string, isError: boolean): void {
  span.setTag('grpc.status_code', code);
  if (code === OK) return;
  if (isError) span.setTag('error', true);
  span.log({ event: 'error', 'error.kind': statusName(code), message: details });
}

/** A tag for each of the keys that has a value. */
export function recordMetadata(
  span: Span,
  which: 'request' | 'response',
  keys: readonly string[],
  valuesOf: (key: string) => readonly unknown[] | undefined,
): void {
  for (const key of keys) {
    const values = valuesOf(key);
    if (values === undefined || values.length === 0) continue;
    span.setTag(`rpc.grpc.${which}.metadata.${key}`, joined(values));
  }
}

/** A log for a message. Without a payload only if `isAlwaysLogged`. */
export function recordMessage(
  span: Span,
  isAlwaysLogged: boolean,
  direction: GrpcMessageDirection,
  payload: unknown,
  id: number,
): void {
  const fields = { event: 'message', 'message.type': direction, 'message.id': id };
  if (payload !== undefined) span.log({ ...fields, payload });
  else if (isAlwaysLogged) span.log(fields);
}

/** Metadata values as one string; bytes in base64, as on the wire. */
function joined(values: readonly unknown[]): string {
  return values
    .map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value),
    )
    .join(', ');
}
