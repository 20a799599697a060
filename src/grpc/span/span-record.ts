import type { Span } from 'opentracing';
import type { GrpcMethod } from '../call/method.js';
import type { MessageDirection } from '../settings/options.js';
import { type PeerSource, tagsOfPeer } from '../call/peer.js';
import { type GrpcSide, OK, statusName } from '../call/status.js';

/** What is read of a span's context: Jaeger's have these, others need not. */
interface SamplingContext {
  isSampled?(): boolean;
  readonly samplingFinalized?: boolean;
}

/** Whether anything that is set on the span can be seen by anybody. */
export function isRecorded(span: Span): boolean {
  const context = span.context() as SamplingContext;
  if (typeof context.isSampled !== 'function') return true;
  return context.isSampled() || context.samplingFinalized === false;
}

/** A tracer of any kind takes a context as a parent; a span only one that it knows the class of. */
export function contextOf(parent: object): object {
  const { context } = parent as { readonly context?: () => object };
  return typeof context === 'function' ? context.call(parent) : parent;
}

/** Tags of the start. A new object each time: OpenTracing gives it to the span. */
export function startTags(
  side: GrpcSide,
  method: GrpcMethod,
  more: Readonly<Record<string, unknown>> | undefined,
): Record<string, unknown> {
  const tags = {
    component: 'gRPC',
    'span.kind': side,
    'rpc.system': 'grpc',
    'rpc.service': method.service,
    'rpc.method': method.name,
  };
  return more === undefined ? tags : { ...tags, ...more };
}

/** The other end, and how often the call was tried before. */
export function recordPeer(span: Span, peer: PeerSource | undefined, attempts: unknown): void {
  if (attempts !== undefined) span.setTag('grpc.previous_attempts', Number(attempts));
  if (peer !== undefined) span.addTags(tagsOfPeer(peer));
}

/** How the call ended: its code always, and of a failure what it was. */
export function recordStatus(span: Span, code: number, details: string, isError: boolean): void {
  span.setTag('grpc.status_code', code);
  if (code === OK) return;
  if (isError) span.setTag('error', true);
  span.log({ event: 'error', 'error.kind': statusName(code), message: details });
}

/** A tag for each of the keys that there are. */
export function recordMetadata(
  span: Span,
  which: 'request' | 'response',
  keys: readonly string[],
  valuesOf: (key: string) => readonly unknown[] | undefined,
): void {
  for (const key of keys) {
    const values = valuesOf(key);
    if (values === undefined || values.length === 0) continue;
    span.setTag(`rpc.grpc.${which}.metadata.${key}`, textOfHeaders(values));
  }
}

/** That a message went by, and what of it the application wants to see, if anything. */
export function recordMessage(
  span: Span,
  isAlwaysLogged: boolean,
  direction: MessageDirection,
  payload: unknown,
  id: number,
): void {
  const fields = { event: 'message', 'message.type': direction, 'message.id': id };
  if (payload !== undefined) span.log({ ...fields, payload });
  else if (isAlwaysLogged) span.log(fields);
}

/** Header values as one text; bytes in base64, as they travel. */
function textOfHeaders(values: readonly unknown[]): string {
  return values
    .map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value),
    )
    .join(', ');
}
