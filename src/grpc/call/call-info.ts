import type { GrpcCallType, MethodInfo } from './method.js';
import type { CallInfo } from '../settings/options.js';
import type { GrpcSide } from './status.js';

/** A call as the functions in the options see it; the interceptor fills in what comes later. */
export class KnownCallInfo<Metadata, Options> implements CallInfo<Metadata, Options> {
  readonly side: GrpcSide;
  readonly method: MethodInfo;
  readonly callType: GrpcCallType;
  readonly deadline: Date | number | undefined;
  readonly options: Options | undefined;
  metadata: Metadata | undefined = undefined;
  /** Whom to ask for the address at the other end. */
  call: { getPeer(): string } | undefined = undefined;

  constructor(
    side: GrpcSide,
    method: MethodInfo,
    deadline: Date | number | undefined,
    options?: Options,
  ) {
    this.side = side;
    this.method = method;
    this.callType = method.callType;
    this.deadline = deadline;
    this.options = options;
  }

  /** Fills in what is known now. An application that froze it knows no more. */
  note(known: Partial<Pick<this, 'metadata' | 'call'>>): void {
    try {
      Object.assign(this, known);
    } catch {
      // Its choice, and no reason to hurt the call.
    }
  }

  peer(): string {
    return this.call?.getPeer() ?? 'unknown';
  }
}
