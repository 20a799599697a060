import { type Logger, logWarning } from '../../core/host/logger.js';
import type { TracingConfig, TracingOptions } from './tracing-config.js';

/** Every key that `initTracer` reads, or that jaeger-client read, by where it stands. */
export const KNOWN_KEYS = {
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
  options: [
    'reporter',
    'metrics',
    'logger',
    'tags',
    'baggageRestrictionManager',
    'throttler',
    'debugThrottler',
    'contextKey',
    'baggagePrefix',
    'traceId128bit',
    'shareRpcSpan',
    'padIds',
    'implicitParent',
    'flushOnExit',
    'closeTimeoutMs',
    'maxBaggage',
    'maxLogsPerSpan',
    'maxTagValueLength',
    'numbersAsDouble',
  ],
} as const;

/**
 * Logs a warning for each unknown key, with the place in which it is known, else with the nearest known key.
 */
export function warnUnknownKeys(
  config: TracingConfig,
  options: TracingOptions,
  logger: Logger,
): void {
  warnIn('config', config, logger);
  warnIn('config.sampler', config.sampler, logger);
  warnIn('config.reporter', config.reporter, logger);
  warnIn('options', options, logger);
}

function warnIn(place: keyof typeof KNOWN_KEYS, value: unknown, logger: Logger): void {
  if (typeof value !== 'object' || value === null) return;
  const known: readonly string[] = KNOWN_KEYS[place];
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    const meant = elsewhere(key) ?? nearest(key, known);
    logWarning(logger, `Unknown key ${place}.${key}. Did you mean ${meant}?`);
  }
}

/** The key with its place, if another place has it. */
function elsewhere(key: string): string | undefined {
  for (const [place, keys] of Object.entries(KNOWN_KEYS)) {
    if ((keys as readonly string[]).includes(key)) return `${place}.${key}`;
  }
  return undefined;
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
