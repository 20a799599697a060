import type { AddressInfo } from 'node:net';
import { BodyBudget } from '../http/body-budget.js';
import { Ingest } from '../ingest/ingest.js';
import { ReceiverCounters } from '../ingest/receiver-counters.js';
import type { JsonTrace } from '../query/jaeger-view/jaeger-json.js';
import { jaegerTrace } from '../query/jaeger-view/jaeger-trace.js';
import { traceIdIn } from '../query/api/trace-id.js';
import type { CollectorStats } from '../query/api/stats.js';
import { Tail } from '../query/api/tail.js';
import { openStrategies } from '../sampling/strategies-file.js';
import { TraceStore } from '../store/trace-store.js';
import {
  addressText,
  type ListenerHost,
  openListener,
  type OpenListener,
} from './open-listener.js';
import { type CollectorOptions, type Settings, settle } from './options.js';
import { pageFolder } from './page-files.js';
import { LISTENER_NAMES, type ListenerName } from './ports.js';
import type { QueryHost } from './query-server.js';
import { checkSnapshotFolder, loadSnapshot, saveSnapshot } from './snapshot.js';

/** A running collector. */
export interface Collector {
  /** Address of the page, such as `http://127.0.0.1:16686`; undefined if the query port is off. */
  readonly url: string | undefined;
  /** Address of a listener; undefined if it is off, or if `@grpc/grpc-js` is not installed (`otlpGrpc`). */
  address(listener: ListenerName): AddressInfo | undefined;
  stats(): CollectorStats;
  /** A trace in the format of Jaeger's API, by its id in hex; undefined if unknown. Throws for an invalid id. */
  trace(traceId: string): JsonTrace | undefined;
  /** All traces, newest first: by the arrival of their first spans. Each is converted when it is requested. */
  traces(): IterableIterator<JsonTrace>;
  /** Removes all traces. */
  clear(): void;
  /** Stops listening, frees the ports and saves the snapshot. Idempotent. Rejects if the snapshot cannot be saved. */
  close(): Promise<void>;
}

/**
 * Starts a collector with its page. Rejects with `ListenError` if a port cannot be opened (no port stays open
 * then), with `RangeError` if an option is out of range, and with an `Error` if a file cannot be read.
 */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const settings = settle(options);
  const store = new TraceStore(settings);
  const { snapshotFile } = settings;
  let isSnapshotBroken = false;
  if (snapshotFile !== undefined) {
    await checkSnapshotFolder(snapshotFile);
    isSnapshotBroken = await loadSnapshot(snapshotFile, store, settings.warn);
  }
  const strategies = await openStrategies({ path: settings.strategiesFile, warn: settings.warn });
  const tail = new Tail(store);
  const stop = (): void => strategies.close();
  const running = new RunningCollector(settings, store, tail, isSnapshotBroken, stop);
  const ingest = new Ingest(store);
  const budget = new BodyBudget(settings.limits.maxBufferedBytes);
  const imported = new ReceiverCounters('import');
  const query: QueryHost = {
    store,
    now: Date.now,
    ingest,
    tail,
    stats: () => running.stats(),
    imported,
    limits: { maxBytes: settings.limits.maxImportBytes, budget },
    pageFolder: pageFolder(),
  };
  await running.open({ settings, ingest, budget, strategies, query });
  return running;
}

class RunningCollector implements Collector {
  private readonly isSnapshotBroken: boolean;
  private readonly settings: Settings;
  private readonly store: TraceStore;
  private readonly tail: Tail;
  private readonly stopStrategies: () => void;
  private readonly listeners: OpenListener[] = [];
  private readonly startedAt = performance.now();
  private imported: ReceiverCounters | undefined;
  private closed: Promise<void> | undefined;

  constructor(
    settings: Settings,
    store: TraceStore,
    tail: Tail,
    isSnapshotBroken: boolean,
    stopStrategies: () => void,
  ) {
    this.settings = settings;
    this.store = store;
    this.tail = tail;
    this.isSnapshotBroken = isSnapshotBroken;
    this.stopStrategies = stopStrategies;
  }

  get url(): string | undefined {
    const address = this.address('query');
    return address && `http://${addressText(reachable(address))}`;
  }

  address(name: ListenerName): AddressInfo | undefined {
    return this.listeners.find((listener) => listener.name === name)?.address;
  }

  stats(): CollectorStats {
    const receivers = this.listeners.map(({ counters }) => counters.stats());
    return {
      uptimeSeconds: Math.floor((performance.now() - this.startedAt) / 1_000),
      ...this.store.stats(),
      tailReaders: this.tail.readerCount,
      receivers: this.imported ? [...receivers, this.imported.stats()] : receivers,
    };
  }

  trace(traceId: string): JsonTrace | undefined {
    const trace = this.store.get(traceIdIn(this.store, traceId));
    return trace && jaegerTrace(trace);
  }

  *traces(): IterableIterator<JsonTrace> {
    for (const trace of this.store.newestFirst()) yield jaegerTrace(trace);
  }

  clear(): void {
    this.store.clear();
  }

  close(): Promise<void> {
    return (this.closed ??= this.stop(true));
  }

  /** Opens all listeners. If one fails, closes the others and rejects. */
  async open(host: ListenerHost): Promise<void> {
    this.imported = host.query.imported;
    try {
      for (const name of LISTENER_NAMES) {
        const port = this.settings.ports[name];
        const listener = port === 'off' ? undefined : await openListener(name, port, host);
        if (listener !== undefined) this.listeners.push(listener);
      }
    } catch (error) {
      await this.stop(false);
      throw error;
    }
  }

  private async stop(isSaved: boolean): Promise<void> {
    this.stopStrategies();
    this.tail.close();
    await Promise.all(this.listeners.map((listener) => listener.close()));
    const { snapshotFile, warn } = this.settings;
    if (!isSaved || snapshotFile === undefined) return;
    const kept = await saveSnapshot(snapshotFile, this.store, this.isSnapshotBroken);
    if (kept !== undefined) warn(`snapshot ${snapshotFile}: kept the broken file as ${kept}`);
  }
}

/** An address to connect to: replaces the wildcard address by the loopback address. */
export function reachable(address: AddressInfo): AddressInfo {
  if (address.address === '0.0.0.0') return { ...address, address: '127.0.0.1' };
  return address.address === '::' ? { ...address, address: '::1' } : address;
}
