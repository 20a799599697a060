/*
 * Sampling strategies in Jaeger's file format, and the answers for each service. Defaults are Jaeger's.
 */

/** The strategy of one service, in the format of Jaeger's endpoint on port 5778. */
export interface SamplingResponse {
  readonly strategyType: 'PROBABILISTIC' | 'RATE_LIMITING';
  readonly probabilisticSampling?: { readonly samplingRate: number };
  readonly rateLimitingSampling?: { readonly maxTracesPerSecond: number };
  readonly operationSampling?: OperationSampling;
}

/** Strategies of the operations of a service. */
export interface OperationSampling {
  readonly defaultSamplingProbability: number;
  readonly defaultLowerBoundTracesPerSecond: number;
  readonly perOperationStrategies: readonly OperationStrategy[];
}

export interface OperationStrategy {
  readonly operation: string;
  readonly probabilisticSampling: { readonly samplingRate: number };
}

/** The strategies of all services. */
export interface Strategies {
  readonly byDefault: SamplingResponse;
  readonly byService: ReadonlyMap<string, SamplingResponse>;
}

/** The strategies file is invalid. */
export class StrategiesError extends Error {
  override readonly name = 'StrategiesError';
}

type Json = Readonly<Record<string, unknown>>;

/** Default: every trace is sampled. */
const DEFAULT_PROBABILITY = 1;
const DEFAULT_RESPONSE: SamplingResponse = probabilistic(DEFAULT_PROBABILITY);

/** Strategies without a file: every trace is sampled. */
export const DEFAULT_STRATEGIES: Strategies = { byDefault: DEFAULT_RESPONSE, byService: new Map() };

/** The answer for a service. */
export function strategyFor(
  { byDefault, byService }: Strategies,
  service: string,
): SamplingResponse {
  return byService.get(service) ?? byDefault;
}

/** Parses a strategies file. Throws `StrategiesError`; calls `warn` for each entry that is ignored. */
export function parseStrategies(text: string, warn: (message: string) => void): Strategies {
  const file = objectOf(parseJson(text), 'the file');
  const given = file['default_strategy'];
  const byDefault =
    given === undefined
      ? DEFAULT_RESPONSE
      : serviceResponse(objectOf(given, 'default_strategy'), warn);
  const byService = new Map<string, SamplingResponse>();
  for (const item of listOf(file['service_strategies'], 'service_strategies')) {
    const strategy = objectOf(item, 'service_strategies');
    const service = textOf(strategy['service'], 'service');
    byService.set(service, withDefaults(serviceResponse(strategy, warn), byDefault));
  }
  return { byDefault, byService };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StrategiesError((error as Error).message, { cause: error });
  }
}

/** Adds the operations of the default strategy that the service does not override. */
function withDefaults(
  own: SamplingResponse,
  { operationSampling }: SamplingResponse,
): SamplingResponse {
  if (operationSampling === undefined) return own;
  if (own.operationSampling === undefined) {
    const rate = own.probabilisticSampling?.samplingRate;
    const defaultSamplingProbability = rate ?? operationSampling.defaultSamplingProbability;
    return { ...own, operationSampling: { ...operationSampling, defaultSamplingProbability } };
  }
  const ownStrategies = own.operationSampling.perOperationStrategies;
  const names = new Set(ownStrategies.map(({ operation }) => operation));
  const others = operationSampling.perOperationStrategies.filter((s) => !names.has(s.operation));
  const perOperationStrategies = [...ownStrategies, ...others];
  return { ...own, operationSampling: { ...own.operationSampling, perOperationStrategies } };
}

function serviceResponse(strategy: Json, warn: (message: string) => void): SamplingResponse {
  const response = responseOf(strategy, warn);
  const operations = listOf(strategy['operation_strategies'], 'operation_strategies');
  if (operations.length === 0) return response;
  const rate = response.probabilisticSampling?.samplingRate ?? DEFAULT_PROBABILITY;
  const perOperationStrategies: OperationStrategy[] = [];
  for (const item of operations) {
    const own = objectOf(item, 'operation_strategies');
    const operation = textOf(own['operation'], 'operation');
    const { probabilisticSampling } = responseOf(own, warn);
    if (probabilisticSampling !== undefined) {
      perOperationStrategies.push({ operation, probabilisticSampling });
    } else {
      warn(
        `operation ${JSON.stringify(operation)}: only probabilistic is supported; using ${rate}`,
      );
    }
  }
  return {
    ...response,
    operationSampling: {
      defaultSamplingProbability: rate,
      defaultLowerBoundTracesPerSecond: 0,
      perOperationStrategies,
    },
  };
}

function responseOf({ type, param }: Json, warn: (message: string) => void): SamplingResponse {
  const value = param ?? 0;
  if (typeof value !== 'number') throw new StrategiesError('param: expected a number');
  if (type === 'probabilistic') return probabilistic(value);
  if (type === 'ratelimiting') {
    const maxTracesPerSecond = Math.trunc(value);
    return { strategyType: 'RATE_LIMITING', rateLimitingSampling: { maxTracesPerSecond } };
  }
  warn(`type ${JSON.stringify(type)}: expected probabilistic or ratelimiting; using 1`);
  return DEFAULT_RESPONSE;
}

function probabilistic(samplingRate: number): SamplingResponse {
  return { strategyType: 'PROBABILISTIC', probabilisticSampling: { samplingRate } };
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new StrategiesError(`${what}: expected an object`);
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new StrategiesError(`${what}: expected a list`);
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new StrategiesError(`${what}: expected a string`);
}
