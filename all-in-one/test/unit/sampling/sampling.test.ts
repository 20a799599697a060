import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openStrategies, type StrategiesFile } from '../../../src/sampling/strategies-file.js';
import { parseStrategies, StrategiesError, strategyFor } from '../../../src/sampling/strategies.js';
import { type Answer, ask, received, running, urlOf } from '../running.js';

let folder: string;
const open: StrategiesFile[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spoor-sampling-'));
});
afterEach(() => open.splice(0).forEach((file) => file.close()));
afterAll(() => rm(folder, { recursive: true }));

const FILE = {
  service_strategies: [
    {
      service: 'foo',
      type: 'probabilistic',
      param: 0.8,
      operation_strategies: [
        { operation: 'op1', type: 'probabilistic', param: 0.2 },
        { operation: 'op2', type: 'probabilistic', param: 0.4 },
      ],
    },
    { service: 'bar', type: 'ratelimiting', param: 5.9 },
  ],
  default_strategy: {
    type: 'probabilistic',
    param: 0.5,
    operation_strategies: [
      { operation: '/health', type: 'probabilistic', param: 0.0 },
      { operation: 'op1', type: 'probabilistic', param: 1 },
    ],
  },
};

const response = (file: unknown, service: string, warnings: string[] = []): unknown =>
  strategyFor(
    parseStrategies(JSON.stringify(file), (text) => warnings.push(text)),
    service,
  );

const operation = (name: string, samplingRate: number): object => ({
  operation: name,
  probabilisticSampling: { samplingRate },
});

describe('a file in Jaeger’s format', () => {
  test('a service has its own strategies before the default ones', () => {
    expect(response(FILE, 'foo')).toEqual({
      strategyType: 'PROBABILISTIC',
      probabilisticSampling: { samplingRate: 0.8 },
      operationSampling: {
        defaultSamplingProbability: 0.8,
        defaultLowerBoundTracesPerSecond: 0,
        perOperationStrategies: [
          operation('op1', 0.2),
          operation('op2', 0.4),
          operation('/health', 0),
        ],
      },
    });
  });

  test('one without operations of its own has the default ones', () => {
    expect(response(FILE, 'bar')).toEqual({
      strategyType: 'RATE_LIMITING',
      rateLimitingSampling: { maxTracesPerSecond: 5 },
      operationSampling: {
        defaultSamplingProbability: 0.5,
        defaultLowerBoundTracesPerSecond: 0,
        perOperationStrategies: [operation('/health', 0), operation('op1', 1)],
      },
    });
    const probabilistic = {
      ...FILE,
      service_strategies: [{ service: 'x', type: 'probabilistic', param: 0.1 }],
    };
    expect(response(probabilistic, 'x')).toMatchObject({
      operationSampling: { defaultSamplingProbability: 0.1 },
    });
  });

  test('the others have the default', () => {
    expect(response(FILE, 'baz')).toMatchObject({ probabilisticSampling: { samplingRate: 0.5 } });
    expect(response({}, 'baz')).toEqual({
      strategyType: 'PROBABILISTIC',
      probabilisticSampling: { samplingRate: 1 },
    });
  });

  test('what is not possible is passed over, and told', () => {
    const warnings: string[] = [];
    const limited = { operation: 'o', type: 'ratelimiting', param: 1 };
    const file = {
      service_strategies: [
        { service: 'a', type: 'unheard of', param: 1 },
        { service: 'b', type: 'probabilistic', param: 0.5, operation_strategies: [limited] },
      ],
    };
    expect(response(file, 'a', warnings)).toMatchObject({
      probabilisticSampling: { samplingRate: 1 },
    });
    expect(response(file, 'b')).toMatchObject({
      operationSampling: { perOperationStrategies: [] },
    });
    expect(warnings).toEqual([
      'type "unheard of": expected probabilistic or ratelimiting; using 1',
      'operation "o": only probabilistic is supported; using 0.5',
    ]);
  });

  test.each([
    'x',
    '[]',
    '{"default_strategy":1}',
    '{"service_strategies":{}}',
    '{"service_strategies":[{"type":"probabilistic"}]}',
    '{"default_strategy":{"type":"probabilistic","param":"1"}}',
    '{"default_strategy":{"type":"probabilistic","param":1,"operation_strategies":[{}]}}',
  ])('%s is none', (text) => {
    expect(() => parseStrategies(text, () => {})).toThrow(StrategiesError);
  });
});

describe('a file that changes', () => {
  const path = (): string => join(folder, 'strategies.json');
  const rate = (file: StrategiesFile): number | undefined =>
    file.current().byDefault.probabilisticSampling?.samplingRate;
  const write = (param: number | string): Promise<void> =>
    writeFile(path(), JSON.stringify({ default_strategy: { type: 'probabilistic', param } }));
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  test('is read again; a broken one leaves the last in force, and is told once', async () => {
    await write(0.25);
    const warnings: string[] = [];
    const warn = (text: string): unknown => warnings.push(text);
    const file = await openStrategies({ path: path(), reloadMs: 5, warn });
    open.push(file);
    expect(rate(file)).toBe(0.25);
    await write('broken');
    await until(() => warnings.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(warnings).toEqual([`${path()}: not reloaded: param: expected a number`]);
    expect(rate(file)).toBe(0.25);
    await writeFile(`${path()}.new`, JSON.stringify({}));
    await rename(`${path()}.new`, path());
    await until(() => rate(file) === 1);
  });

  test('one that goes away leaves the last in force, and is told once', async () => {
    await write(0.5);
    const warnings: string[] = [];
    const warn = (text: string): unknown => warnings.push(text);
    const file = await openStrategies({ path: path(), reloadMs: 5, warn });
    open.push(file);
    await rm(path());
    await until(() => warnings.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(warnings).toHaveLength(1);
    expect(rate(file)).toBe(0.5);
  });

  test('one that is not there at the start is an error', async () => {
    const missing = join(folder, 'missing.json');
    await expect(openStrategies({ path: missing, warn: () => {} })).rejects.toThrow(
      `cannot read the sampling strategies ${missing}: ENOENT`,
    );
    await expect(running({ strategiesFile: missing })).rejects.toThrow('ENOENT');
    await writeFile(missing, '{"default_strategy": {"type": "probabilistic"}');
    await expect(running({ strategiesFile: missing })).rejects.toThrow(
      `cannot read the sampling strategies ${missing}`,
    );
  });
});

describe('port 5778', () => {
  test('any path answers, with text for the type', async () => {
    const collector = await running();
    for (const path of ['/sampling', '/', '/baggageRestrictions', '/a/b']) {
      const { status, text, headers } = await ask(
        urlOf(collector, 'sampling', `${path}?service=x`),
      );
      expect(status, path).toBe(200);
      expect(headers.get('content-type')).toBe('application/json');
      expect(text).toBe(
        '{"strategyType":"PROBABILISTIC","probabilisticSampling":{"samplingRate":1}}',
      );
    }
  });

  test('the service must be named once', async () => {
    const collector = await running();
    const get = (path: string): Promise<Answer> => ask(urlOf(collector, 'sampling', path));
    for (const path of ['/sampling', '/sampling?service=a&service=b']) {
      expect(await get(path)).toMatchObject({
        status: 400,
        text: "'service' parameter must be provided once\n",
      });
    }
    expect((await get('/sampling?service=')).status).toBe(200);
    expect(received(collector, 'sampling').refusedBy).toEqual({ 'bad-request': 2 });
  });

  test('a file’s strategies', async () => {
    const strategiesFile = join(folder, 'own.json');
    await writeFile(strategiesFile, JSON.stringify(FILE));
    const collector = await running({ strategiesFile });
    const { json } = await ask(urlOf(collector, 'sampling', '/sampling?service=bar'));
    expect(json).toEqual(response(FILE, 'bar'));
  });
});
