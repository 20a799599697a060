import { isOriginPattern } from '../http/cors.js';
import type { HttpLimits } from '../http/http-listener.js';
import { bodyBound, memoryBounds, processMemory, type ProcessMemory } from './memory-bounds.js';
import { type ListenerName, type PortSetting, settledPorts } from './ports.js';

/** Options of `startCollector`. */
export interface CollectorOptions {
  /** Address of all listeners. Default `127.0.0.1`: reachable from this machine only. */
  readonly host?: string | undefined;
  /**
   * Host names that HTTP clients may use besides `localhost` and IP addresses; `*` allows any. A request with
   * another Host header gets a 403; otherwise a website could read the traces by DNS rebinding. Default: none.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Origins of websites whose scripts may send spans to the ports of Jaeger clients and OpenTelemetry over HTTP, such as
   * `https://shop.example`; `*` within one is any text, `*` alone any origin. Answers cannot be read from the query
   * port. Default: none.
   */
  readonly corsAllowedOrigins?: readonly string[] | undefined;
  /**
   * Port of each listener, 0..65535; 0: any free port, `off`: no listener. Default: the usual port, or with
   * `freePorts` any free port.
   */
  readonly ports?: Readonly<Partial<Record<ListenerName, PortSetting>>> | undefined;
  /** Listeners that are not in `ports` get free ports. For tests. Default false. */
  readonly freePorts?: boolean | undefined;
  /** Maximum number of traces; beyond it the oldest is evicted. At least 1; default 50,000. */
  readonly maxTraces?: number | undefined;
  /**
   * Maximum estimated memory of the traces, in bytes; beyond it the oldest is evicted. At least 1; default 512
   * MiB, or less if V8's heap limit or the memory of the machine is small. More than the process can hold is
   * lowered with a warning; `stats().maxBytes` is the limit in use.
   */
  readonly maxBytes?: number | undefined;
  /** File of sampling strategies in Jaeger's format, reloaded when it changes. Default: sample every trace. */
  readonly strategiesFile?: string | undefined;
  /** File to load traces from at the start, and to save them to in `close()`. Default: none. */
  readonly snapshotFile?: string | undefined;
  /** Limits on clients. */
  readonly limits?: Partial<CollectorLimits> | undefined;
  /** Called with warnings while the collector runs. Default: warnings are discarded. */
  readonly warn?: ((message: string) => void) | undefined;
}

/** Limits on clients. */
export interface CollectorLimits extends HttpLimits {
  /** Largest body of spans in bytes. Default 16 MiB, at most V8's heap limit / 32. */
  readonly maxBodyBytes: number;
  /** Largest body of an import in bytes. Default 64 MiB, at most V8's heap limit / 32. */
  readonly maxImportBytes: number;
  /** Most bytes of bodies in memory at one time. Default 128 MiB. */
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

/** The options with all defaults filled in. */
export interface Settings {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly corsAllowedOrigins: readonly string[];
  readonly ports: Readonly<Record<ListenerName, PortSetting>>;
  readonly maxTraces: number;
  readonly maxBytes: number;
  /** Maximum of the store on V8's heap, in bytes. */
  readonly maxHeapBytes: number;
  readonly strategiesFile: string | undefined;
  readonly snapshotFile: string | undefined;
  readonly limits: CollectorLimits;
  readonly warn: (message: string) => void;
}

/**
 * Fills in the defaults, and lowers `maxBytes` with a warning if the process cannot hold it. Throws `RangeError`, with
 * the value, if an option is out of range.
 */
export function settle(
  options: CollectorOptions,
  memory: ProcessMemory = processMemory(),
): Settings {
  const { host = '127.0.0.1', maxTraces = DEFAULT_MAX_TRACES } = options;
  const {
    allowedHosts = [],
    corsAllowedOrigins = [],
    ports = {},
    freePorts = false,
    warn = () => {},
  } = options;
  // Node.js would listen on all addresses for an empty name.
  if (host === '') throw new RangeError('host must be a name or an address, got an empty string');
  corsAllowedOrigins.forEach(checkOrigin);
  checkCount('maxTraces', maxTraces);
  if (options.maxBytes !== undefined) checkCount('maxBytes', options.maxBytes);
  const settled = settledPorts(ports, freePorts);
  if (Object.values(settled).every((port) => port === 'off')) {
    throw new RangeError('every port is off: nothing to listen on');
  }
  const { maxBytes, maxHeapBytes, warning } = memoryBounds(options.maxBytes, memory);
  if (warning !== undefined) warn(warning);
  return {
    host,
    allowedHosts: [host, ...allowedHosts],
    corsAllowedOrigins,
    ports: settled,
    maxTraces,
    maxBytes,
    maxHeapBytes,
    strategiesFile: options.strategiesFile,
    snapshotFile: options.snapshotFile,
    limits: {
      ...DEFAULT_LIMITS,
      maxBodyBytes: bodyBound(DEFAULT_LIMITS.maxBodyBytes, memory),
      maxImportBytes: bodyBound(DEFAULT_LIMITS.maxImportBytes, memory),
      ...options.limits,
    },
    warn,
  };
}

function checkOrigin(origin: string): void {
  if (isOriginPattern(origin)) return;
  const expected = 'an origin such as https://shop.example, or *';
  throw new RangeError(`corsAllowedOrigins: expected ${expected}, got ${JSON.stringify(origin)}`);
}

function checkCount(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RangeError(`${name} must be an integer, at least 1, got ${value}`);
}
