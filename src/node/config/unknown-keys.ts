import { type Logger, logWarning } from '../../core/host/logger.js';
import type { TracingConfig } from './tracing-config.js';

const KNOWN_KEYS = {
  config: [
    'serviceName',
    'disable',
    'sampler',
    'reporter',
    'throttler',
    'traceId128bit',
    'shareRpcSpan',
  ],
  'config.sampler': [
    'type',
    'param',
    'hostPort',
    'host',
    'port',
    'samplingPath',
    'refreshIntervalMs',
  ],
  'config.reporter': [
    'logSpans',
    'agentHost',
    'agentPort',
    'agentSocketType',
    'protocol',
    'flushIntervalMs',
    'maxPacketSize',
    'maxQueuedBytes',
    'maxQueueSize',
    'closeTimeoutMs',
    'collectorEndpoint',
    'username',
    'password',
    'timeoutMs',
  ],
} as const;

/** Logs a warning for each unknown key, with the nearest known key. */
export function warnUnknownKeys(config: TracingConfig, logger: Logger): void {
  warnIn('config', config, logger);
  warnIn('config.sampler', config.sampler, logger);
  warnIn('config.reporter', config.reporter, logger);
}

function warnIn(place: keyof typeof KNOWN_KEYS, value: unknown, logger: Logger): void {
  if (typeof value !== 'object' || value === null) return;
  const known: readonly string[] = KNOWN_KEYS[place];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    logWarning(logger, `Unknown key ${place}.${key}. Did you mean ${nearest(key, known)}?`);
  }
}

/** The candidate with the fewest edits. Case is ignored. */
function nearest(key: string, candidates: readonly string[]): string {
  const lower = key.toLowerCase().slice(0, 64);
  const scored = candidates.map((name) => ({ name, edits: distance(lower, name.toLowerCase()) }));
  return scored.reduce((best, next) => (next.edits < best.edits ? next : best)).name;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
