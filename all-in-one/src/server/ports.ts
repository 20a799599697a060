/** The listeners of a collector. */
export type ListenerName =
  | 'compact'
  | 'binary'
  | 'http'
  | 'otlpHttp'
  | 'otlpGrpc'
  | 'sampling'
  | 'query';

/** 0..65535; 0: any free port, `off`: no listener. */
export type PortSetting = number | 'off';

/** Description of a listener. */
export interface ListenerKind {
  /** Its name on the command line and in messages. */
  readonly flag: string;
  readonly what: string;
  /** Its usual port. */
  readonly usualPort: number;
}

/** All listeners, in the order of opening and printing. */
export const LISTENERS: Readonly<Record<ListenerName, ListenerKind>> = {
  compact: { flag: 'compact', what: 'Jaeger clients, UDP, compact Thrift', usualPort: 6831 },
  binary: { flag: 'binary', what: 'Jaeger clients, UDP, binary Thrift', usualPort: 6832 },
  http: { flag: 'http', what: 'Jaeger clients, HTTP /api/traces, binary Thrift', usualPort: 14268 },
  otlpHttp: {
    flag: 'otlp-http',
    what: 'OpenTelemetry, HTTP /v1/traces, protobuf and JSON',
    usualPort: 4318,
  },
  otlpGrpc: { flag: 'otlp-grpc', what: 'OpenTelemetry, gRPC', usualPort: 4317 },
  sampling: { flag: 'sampling', what: 'sampling strategies, HTTP /sampling', usualPort: 5778 },
  query: { flag: 'query', what: 'page, API and metrics', usualPort: 16686 },
};

export const LISTENER_NAMES: readonly ListenerName[] = Object.keys(LISTENERS) as ListenerName[];

/** Fills in the ports of listeners that are not given. Throws `RangeError` for an invalid port. */
export function settledPorts(
  ports: Readonly<Partial<Record<ListenerName, PortSetting>>>,
  isFree: boolean,
): Record<ListenerName, PortSetting> {
  const settled = LISTENER_NAMES.map((name) => {
    const port = ports[name] ?? (isFree ? 0 : LISTENERS[name].usualPort);
    checkPort(name, port);
    return [name, port] as const;
  });
  return Object.fromEntries(settled) as Record<ListenerName, PortSetting>;
}

function checkPort(name: string, port: PortSetting): void {
  if (port === 'off' || (Number.isInteger(port) && port >= 0 && port <= 65_535)) return;
  throw new RangeError(`ports.${name} must be 0..65535 or 'off', got ${String(port)}`);
}
