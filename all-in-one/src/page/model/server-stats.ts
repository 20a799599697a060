import { field, list, number, text } from './json.js';

/** What the server has counted, as far as it is shown. */
export interface ServerStats {
  readonly traces: number;
  readonly spans: number;
  readonly evictedTraces: number;
  /** Messages that held no spans although they should have. */
  readonly malformed: number;
  /** Datagrams that the kernel dropped before the server could read them. */
  readonly kernelDrops: number;
  readonly receivers: readonly { readonly name: string; readonly address: string }[];
}

/** The answer of `/api/stats`. */
export function readStats(json: unknown): ServerStats {
  const stats = field(json, 'data') ?? json;
  const receivers = list(field(stats, 'receivers'));
  return {
    traces: number(field(stats, 'traces')),
    spans: number(field(stats, 'spans')),
    evictedTraces: number(field(stats, 'evictedTraces')),
    malformed: receivers.reduce<number>((sum, one) => sum + number(field(one, 'malformed')), 0),
    kernelDrops: receivers.reduce<number>((sum, one) => sum + number(field(one, 'kernelDrops')), 0),
    receivers: receivers.map((one) => ({
      name: text(field(one, 'name')),
      address: text(field(one, 'address')),
    })),
  };
}
