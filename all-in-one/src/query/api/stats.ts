import type { ReceiverStats } from '../../ingest/receiver-counters.js';
import type { StoreStats } from '../../store/trace-store.js';

/** Content and counters of a collector. */
export interface CollectorStats extends StoreStats {
  readonly uptimeSeconds: number;
  /** Clients of `/api/tail`. */
  readonly tailReaders: number;
  readonly receivers: readonly ReceiverStats[];
}

interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly (readonly [labels: string, value: number])[];
}

/** The statistics in Prometheus's text format. */
export function prometheusText(stats: CollectorStats): string {
  return [...storeMetrics(stats), ...receiverMetrics(stats.receivers)].map(metricText).join('');
}

function metricText({ name, type, help, samples }: Metric): string {
  const full = `spoor_collector_${name}`;
  const rows = samples.map(([labels, value]) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${rows.join('')}`;
}

function single(name: string, type: Metric['type'], help: string, value: number): Metric {
  return { name, type, help, samples: [['', value]] };
}

function storeMetrics(stats: CollectorStats): Metric[] {
  return [
    single('uptime_seconds', 'gauge', 'Seconds since the start.', stats.uptimeSeconds),
    single('traces', 'gauge', 'Traces in memory.', stats.traces),
    single('spans', 'gauge', 'Spans in memory.', stats.spans),
    single('memory_bytes', 'gauge', 'Estimated memory use of the traces, in bytes.', stats.bytes),
    single('heap_bytes', 'gauge', "The part of them on V8's heap, in bytes.", stats.heapBytes),
    single('max_traces', 'gauge', 'Maximum number of traces.', stats.maxTraces),
    single('max_memory_bytes', 'gauge', 'Maximum memory use, in bytes.', stats.maxBytes),
    single('max_heap_bytes', 'gauge', "Maximum of them on V8's heap.", stats.maxHeapBytes),
    single('evicted_traces_total', 'counter', 'Traces removed to make room.', stats.evictedTraces),
    single('evicted_spans_total', 'counter', 'Spans removed to make room.', stats.evictedSpans),
    single(
      'duplicate_spans_total',
      'counter',
      'Spans that were already stored.',
      stats.duplicateSpans,
    ),
    single('tail_readers', 'gauge', 'Clients of /api/tail.', stats.tailReaders),
  ];
}

function receiverMetrics(receivers: readonly ReceiverStats[]): Metric[] {
  const each = (value: (stats: ReceiverStats) => number): Metric['samples'] =>
    receivers.map((stats) => [`{receiver="${stats.name}"}`, value(stats)] as const);
  const refused = receivers.flatMap(({ name, refusedBy }) =>
    Object.entries(refusedBy).map(
      ([reason, count]) => [`{receiver="${name}",reason="${reason}"}`, count] as const,
    ),
  );
  const dropped = receivers
    .filter(({ kernelDrops }) => kernelDrops !== undefined)
    .map(({ name, kernelDrops }) => [`{receiver="${name}"}`, kernelDrops!] as const);
  const counter = (name: string, help: string, samples: Metric['samples']): Metric => {
    return { name, type: 'counter', help, samples };
  };
  return [
    counter(
      'received_messages_total',
      'Messages received: datagrams, bodies and calls.',
      each((s) => s.messages),
    ),
    counter(
      'received_bytes_total',
      'Bytes of received messages.',
      each((s) => s.bytes),
    ),
    counter(
      'received_spans_total',
      'Spans in received messages.',
      each((s) => s.spans),
    ),
    counter(
      'malformed_messages_total',
      'Messages that could not be decoded.',
      each((s) => s.malformed),
    ),
    counter(
      'refused_requests_total',
      'Requests and connections refused before reading, by reason.',
      refused,
    ),
    counter('kernel_drops_total', 'Datagrams that the kernel dropped before reading.', dropped),
  ];
}
