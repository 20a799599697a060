/** Private fields of grpc-js's server calls. Each may be missing in another version. */
interface PrivateCall {
  readonly nextCall?: PrivateCall;
  readonly stream?: {
    readonly sentHeaders?: Headers;
    readonly sentTrailers?: Headers;
  };
}

type Headers = Readonly<Record<string, unknown>>;

const STATUS = 'grpc-status';
const MESSAGE = 'grpc-message';
/** Maximum length of an interceptor chain: a cyclic chain must not loop for ever. */
const MAX_CALLS = 100;

/** A status as it was sent. */
export interface WireStatus {
  readonly code: number;
  readonly details: string;
}

/**
 * The status that grpc-js itself sent for a call: the server's deadline passed, or a message could not be
 * parsed or serialized. `sendStatus` of interceptors does not see these
 * (https://github.com/grpc/grpc-node/issues/2771), but the HTTP/2 stream has the headers it sent.
 * Undefined if none was sent, or if grpc-js's private fields have changed.
 */
export function wireStatus(call: object): WireStatus | undefined {
  try {
    let base = call as PrivateCall;
    for (let i = 0; base.nextCall !== undefined && i < MAX_CALLS; i++) base = base.nextCall;
    const { sentHeaders, sentTrailers } = base.stream ?? {};
    const sent = sentTrailers?.[STATUS] === undefined ? sentHeaders : sentTrailers;
    const code = Number(sent?.[STATUS] ?? Number.NaN);
    if (!Number.isInteger(code)) return undefined;
    return { code, details: decoded(sent?.[MESSAGE]) };
  } catch {
    return undefined;
  }
}

function decoded(message: unknown): string {
  if (typeof message !== 'string') return '';
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
