import { describe, expect, test } from 'vitest';
import { type AllInOne, readArguments, UsageError } from '../../../src/cli/arguments.js';
import { settle } from '../../../src/server/options.js';

const run = (...args: string[]): AllInOne => {
  const request = readArguments(args);
  if (request.kind !== 'run') throw new Error(request.kind);
  return request.run;
};

test('without options everything has its default', () => {
  const { options, command, isKept } = run();
  expect([command, isKept]).toEqual([[], false]);
  const memory = { heapLimit: 4_144 * 1024 ** 2, memory: 16 * 1024 ** 3 };
  expect(settle(options, memory)).toMatchObject({
    host: '127.0.0.1',
    allowedHosts: ['127.0.0.1'],
    maxTraces: 50_000,
    maxBytes: 512 * 1024 ** 2,
    strategiesFile: undefined,
    snapshotFile: undefined,
    ports: {
      compact: 6831,
      binary: 6832,
      http: 14268,
      otlpHttp: 4318,
      otlpGrpc: 4317,
      sampling: 5778,
      query: 16686,
    },
  });
});

test('every option', () => {
  const { options, command, isKept } = run(
    '--host',
    '0.0.0.0',
    '--allowed-host',
    'a',
    '--allowed-host=b',
    '--port.compact',
    '0',
    '--port.binary=1',
    '--port.http',
    '65535',
    '--port.otlp-http',
    'off',
    '--port.otlp-grpc',
    'off',
    '--port.sampling',
    '5',
    '--port.query',
    '8080',
    '--memory.max-traces',
    '10',
    '--memory.max-bytes',
    '2k',
    '--sampling.strategies-file',
    's.json',
    '--snapshot',
    't',
    '--keep',
    '--',
    'node',
    'app.js',
    '--host',
    'x',
  );
  expect(options).toEqual({
    host: '0.0.0.0',
    allowedHosts: ['a', 'b'],
    maxTraces: 10,
    maxBytes: 2_048,
    strategiesFile: 's.json',
    snapshotFile: 't',
    ports: {
      compact: 0,
      binary: 1,
      http: 65_535,
      otlpHttp: 'off',
      otlpGrpc: 'off',
      sampling: 5,
      query: 8_080,
    },
  });
  expect([command, isKept]).toEqual([['node', 'app.js', '--host', 'x'], true]);
});

test.each([
  ['1', 1],
  ['64k', 65_536],
  ['3M', 3 * 1024 ** 2],
  ['1GiB', 1024 ** 3],
  ['5MB', 5 * 1024 ** 2],
  ['7b', 7],
])('%s bytes', (text, bytes) => {
  expect(run('--memory.max-bytes', text).options.maxBytes).toBe(bytes);
});

test.each([
  { args: ['--help'], kind: 'help' },
  { args: ['--keep', '-h'], kind: 'help' },
  { args: ['-v'], kind: 'version' },
])('$args is $kind', ({ args, kind }) => {
  expect(readArguments(args)).toEqual({ kind });
});

test.each([
  { args: ['--', 'node', 'app.js'], command: ['node', 'app.js'] },
  { args: ['node', 'app.js'], command: ['node', 'app.js'] },
  { args: ['--keep', 'node', '--keep', '--', 'x'], command: ['node', '--keep', '--', 'x'] },
  { args: ['--host', 'node', 'app.js', '--help'], command: ['app.js', '--help'] },
  { args: ['--port.query=1', '--', '--', 'x'], command: ['--', 'x'] },
  { args: ['--keep'], command: [] },
])('the command of $args is $command', ({ args, command }) => {
  expect(run(...args).command).toEqual(command);
});

test('options after a command belong to the command', () => {
  expect(run('node', '--host', 'x').options.host).toBeUndefined();
});

describe('what is not understood', () => {
  test.each([
    [['--none'], "Unknown option '--none'"],
    [['--host'], "Option '--host <value>' argument missing"],
    [['--'], 'no command after --'],
    [['--port.query', 'x'], '--port.query: expected 0 to 65535 or "off", got x'],
    [['--port.query', '65536'], 'got 65536'],
    [['--port.query=-1'], 'got -1'],
    [['--memory.max-traces', '0'], '--memory.max-traces: expected an integer, at least 1, got 0'],
    [['--memory.max-bytes', '1.5g'], 'got 1.5g'],
  ])('%s', (args, message) => {
    expect(() => readArguments(args)).toThrow(UsageError);
    expect(() => readArguments(args)).toThrow(message);
  });

  test('options of startCollector that are out of range', () => {
    expect(() => settle({ maxTraces: 0 })).toThrow(
      new RangeError('maxTraces must be an integer, at least 1, got 0'),
    );
    expect(() => settle({ maxBytes: Number.NaN })).toThrow(/got NaN/);
    expect(() => settle({ ports: { query: 1.5 } })).toThrow(
      new RangeError("ports.query must be 0..65535 or 'off', got 1.5"),
    );
  });
});
