import type { HttpLimits } from '../http/http-listener.js';
import { type ListenerName, type PortSetting, settledPorts } from './ports.js';

/** Options of `startCollector`. */
export interface CollectorOptions {
  /** The address that all listeners have. Default `127.0.0.1`: only this machine reaches them. */
  readonly host?: string | undefined;
  /**
   * Names by which HTTP clients may call it besides `localhost` and IP addresses; `*` allows any.
   * Requests with another header Host get 403: a website could read the traces otherwise.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * The port of each listener; 0 takes a free one, `off` opens none. Default: the usual one, or with
   * `freePorts` a free one.
   */
  readonly ports?: Readonly<Partial<Record<ListenerName, PortSetting>>> | undefined;
  /** Listeners that `ports` does not name take free ports. For tests. Default false. */
  readonly freePorts?: boolean | undefined;
  /** Traces that are kept; then the oldest goes. 1 or more; default 50,000. */
  readonly maxTraces?: number | undefined;
  /** Memory that traces may take, in bytes, as estimated; then the oldest goes. 1 or more; default 512 MiB. */
  readonly maxBytes?: number | undefined;
  /** A file of sampling strategies in Jaeger's format; read again when it changes. Default: sample all. */
  readonly strategiesFile?: string | undefined;
  /** A file that traces are loaded from at the start, and saved to by `close()`. Default: none. */
  readonly snapshotFile?: string | undefined;
  /** Bounds on clients; see docs/collector.md. */
  readonly limits?: Partial<CollectorLimits> | undefined;
  /** Told of what goes wrong while it runs. Default: nobody. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Bounds on what clients may cost. */
export interface CollectorLimits extends HttpLimits {
  /** Largest body of spans, in bytes. Default 16 MiB. */
  readonly maxBodyBytes: number;
  /** Largest body of an import, in bytes. Default 64 MiB. */
  readonly maxImportBytes: number;
  /** Bodies that may be in memory at once, in bytes. Default 128 MiB. */
  readonly maxBufferedBytes: number;
}

const MIB = 1_048_576;

const DEFAULT_LIMITS: CollectorLimits = {
  maxBodyBytes: 16 * MIB,
  maxImportBytes: 64 * MIB,
  maxBufferedBytes: 128 * MIB,
  maxConnections: 512,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
};

export const DEFAULT_MAX_TRACES = 50_000;
export const DEFAULT_MAX_BYTES: number = 512 * MIB;

/** Options with everything filled in. */
export interface Settings {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly ports: Readonly<Record<ListenerName, PortSetting>>;
  readonly maxTraces: number;
  readonly maxBytes: number;
  readonly strategiesFile: string | undefined;
  readonly snapshotFile: string | undefined;
  readonly limits: CollectorLimits;
  readonly warn: (message: string) => void;
}

/** Fills in what is not given. Throws `RangeError` for what is out of range, with the value. */
export function settle(options: CollectorOptions): Settings {
  const {
    host = '127.0.0.1',
    maxTraces = DEFAULT_MAX_TRACES,
    maxBytes = DEFAULT_MAX_BYTES,
  } = options;
  const { allowedHosts = [], ports = {}, freePorts = false, warn = () => {} } = options;
  // To Node.js an empty name is every address of this machine.
  if (host === '') throw new RangeError('host must be a name or an address, got an empty string');
  checkCount('maxTraces', maxTraces);
  checkCount('maxBytes', maxBytes);
  const settled = settledPorts(ports, freePorts);
  if (Object.values(settled).every((port) => port === 'off')) {
    throw new RangeError('every port is off: nothing to listen on');
  }
  return {
    host,
    allowedHosts: [host, ...allowedHosts],
    ports: settled,
    maxTraces,
    maxBytes,
    strategiesFile: options.strategiesFile,
    snapshotFile: options.snapshotFile,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    warn,
  };
}

function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(`${name} must be an integer, at least 1, got ${value}`);
}
