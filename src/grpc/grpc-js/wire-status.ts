/** What is read of grpc-js's calls: private, so nothing here is taken for granted. */
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
/** More interceptors than anybody has; a chain that leads back to itself ends here. */
const MAX_CALLS = 100;

/** A status as it left, or would have. */
export interface WireStatus {
  readonly code: number;
  readonly details: string;
}

/**
 * The status that grpc-js sent for a call by itself: a deadline that passed at the server, a request
 * or a response that it could not read or write. No interceptor is told of those
 * (https://github.com/grpc/grpc-node/issues/2771), but the HTTP/2 stream knows what it sent.
 * Undefined where none left, and where grpc-js does not look as it does today.
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
