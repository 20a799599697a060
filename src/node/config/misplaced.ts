import type { Reporter } from '../../core/reporting/reporter.js';
import type { Sampler } from '../../core/sampling/sampler.js';
import type { ReporterConfig, TracingConfig, TracingOptions } from './tracing-config.js';
import { KNOWN_KEYS } from './unknown-keys.js';

/** Both arguments of `initTracer` with every key where it belongs. */
export interface PlacedArguments {
  readonly config: TracingConfig;
  readonly options: TracingOptions;
  /** An object that samples, given as `options.sampler`, where `config.sampler` describes none. */
  readonly sampler: Sampler | undefined;
  /** One line for each key that stood elsewhere. */
  readonly errors: readonly string[];
}

type Settings = Record<string, unknown>;

/** Keys of `options` that nobody looks for in `config`. */
const ONLY_IN_OPTIONS: readonly string[] = KNOWN_KEYS.options.filter(
  (key) => !(KNOWN_KEYS.config as readonly string[]).includes(key),
);
/** Keys of `config` that are taken from `options`, too. Without `config.serviceName` jaeger-client throws. */
const ONLY_IN_CONFIG: readonly string[] = ['disable', 'sampler'];

/**
 * Moves what stands in the wrong argument: jaeger-client took it without a word, and did nothing with
 * it, or lost every span. What stands in the right place wins.
 */
export function placeArguments(
  givenConfig: TracingConfig,
  givenOptions: TracingOptions,
): PlacedArguments {
  const errors: string[] = [];
  const config = copyOf(givenConfig, KNOWN_KEYS.config);
  const options = copyOf(givenOptions, KNOWN_KEYS.options);
  move(ONLY_IN_OPTIONS, { from: config, to: options, names: ['config', 'options'] }, errors);
  move(ONLY_IN_CONFIG, { from: options, to: config, names: ['options', 'config'] }, errors);
  placeReporters(config, options, errors);
  const placed = { config: config as TracingConfig, options: options as TracingOptions, errors };
  if (givenConfig.sampler || !isSampler(config['sampler']))
    return { ...placed, sampler: undefined };
  return { ...placed, config: { ...config, sampler: undefined }, sampler: config['sampler'] };
}

/** A copy. Its keys may be those of a class, and no own ones. */
function copyOf(given: object, keys: readonly string[]): Settings {
  const copy: Settings = { ...given };
  for (const key of keys) {
    const value = (given as Settings)[key];
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}

interface Move {
  readonly from: Settings;
  readonly to: Settings;
  readonly names: readonly [string, string];
}

function move(keys: readonly string[], { from, to, names }: Move, errors: string[]): void {
  for (const key of keys) {
    const value = from[key];
    if (value === undefined || value === null) continue;
    delete from[key];
    const isFree = to[key] === undefined || to[key] === null;
    if (isFree) to[key] = value;
    errors.push(
      isFree
        ? `${names[0]}.${key} belongs in ${names[1]}; it is used as ${names[1]}.${key}`
        : `${names[0]}.${key} belongs in ${names[1]}; it is ignored, because ${names[1]}.${key} is set`,
    );
  }
}

/** A reporter given as settings, and settings given as a reporter. */
function placeReporters(config: Settings, options: Settings, errors: string[]): void {
  const [configured, given] = [config['reporter'], options['reporter']];
  const isConfiguredReporter = isReporter(configured);
  if (isConfiguredReporter) delete config['reporter'];
  if (given && !isReporter(given)) {
    delete options['reporter'];
    if (isReporterConfig(given)) {
      config['reporter'] = isConfiguredReporter ? given : { ...given, ...definedIn(configured) };
      errors.push(
        'options.reporter is not a reporter (no method report); it is used as config.reporter',
      );
    } else {
      errors.push(
        `options.reporter must be a reporter. Received ${describe(given)}; it is ignored`,
      );
    }
  }
  if (!isConfiguredReporter) return;
  const isFree = !options['reporter'];
  if (isFree) options['reporter'] = configured;
  errors.push(
    isFree
      ? 'config.reporter is a reporter; it is used as options.reporter'
      : 'config.reporter is a reporter; it is ignored, because options.reporter is set',
  );
}

function definedIn(configured: unknown): Settings {
  const copy = copyOf(Object(configured) as object, KNOWN_KEYS['config.reporter']);
  return Object.fromEntries(Object.entries(copy).filter(([, value]) => value !== undefined));
}

function isReporter(value: unknown): value is Reporter {
  return typeof (value as Partial<Reporter> | null | undefined)?.report === 'function';
}

function isReporterConfig(value: unknown): value is ReporterConfig {
  if (typeof value !== 'object' || value === null) return false;
  return KNOWN_KEYS['config.reporter'].some((key) => key in value);
}

/** Either interface of jaeger-client's samplers. */
function isSampler(value: unknown): value is Sampler {
  const candidate = value as { isSampled?: unknown; onCreateSpan?: unknown } | null | undefined;
  return (
    typeof candidate?.isSampled === 'function' || typeof candidate?.onCreateSpan === 'function'
  );
}

function describe(value: unknown): string {
  return typeof value === 'object' || typeof value === 'function' ? typeof value : String(value);
}
