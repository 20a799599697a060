import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { CollectorOptions } from '../server/options.js';
import { LISTENER_NAMES, type ListenerName, LISTENERS, type PortSetting } from '../server/ports.js';

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'all-in-one'; readonly run: AllInOne };

export interface AllInOne {
  readonly options: CollectorOptions;
  /** A program and its arguments, to be run beside it; empty for none. */
  readonly command: readonly string[];
  /** Goes on when the command has ended. */
  readonly isKept: boolean;
}

/** The command line is not understood: `message` says what of it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
};

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  host: { type: 'string' },
  'allowed-host': { type: 'string', multiple: true },
  'memory.max-traces': { type: 'string' },
  'memory.max-bytes': { type: 'string' },
  'sampling.strategies-file': { type: 'string' },
  snapshot: { type: 'string' },
  keep: { type: 'boolean' },
  ...Object.fromEntries(
    LISTENER_NAMES.map((name) => [`port.${LISTENERS[name].flag}`, { type: 'string' as const }]),
  ),
} satisfies ParseArgsConfig['options'];

/** Reads the arguments behind the program's name. Throws `UsageError`. */
export function readArguments(args: readonly string[]): Request {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  const command = end < 0 ? [] : args.slice(end + 1);
  const { values, positionals } = parse(own);
  if (values['help'] === true) return { kind: 'help' };
  if (values['version'] === true) return { kind: 'version' };
  const [name, ...rest] = positionals;
  if (name === undefined) return { kind: 'help' };
  if (name !== 'all-in-one') throw new UsageError(`unknown command: ${name}`);
  if (rest.length > 0)
    throw new UsageError(`unexpected argument: ${rest[0]} (a command to run stands behind --)`);
  if (end >= 0 && command.length === 0) throw new UsageError('no command behind --');
  const isKept = values['keep'] === true;
  return { kind: 'all-in-one', run: { options: collectorOptions(values), command, isKept } };
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

function parse(args: readonly string[]): { values: Values; positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function collectorOptions(values: Values): CollectorOptions {
  return {
    host: textOf(values, 'host'),
    allowedHosts: values['allowed-host'] as string[] | undefined,
    maxTraces: amountOf(values, 'memory.max-traces'),
    maxBytes: amountOf(values, 'memory.max-bytes'),
    strategiesFile: textOf(values, 'sampling.strategies-file'),
    snapshotFile: textOf(values, 'snapshot'),
    ports: portsOf(values),
  };
}

function textOf(values: Values, name: string): string | undefined {
  return values[name] as string | undefined;
}

/** `500`, `64k`, `512m`, `2g`, also as `512MiB`. */
function amountOf(values: Values, name: string): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const match = /^(\d+)([kmg]?)(?:i?b)?$/i.exec(text);
  const amount = match ? Number(match[1]) * UNITS[match[2]!.toLowerCase()]! : 0;
  if (Number.isSafeInteger(amount) && amount >= 1) return amount;
  throw new UsageError(`--${name}: a whole number of 1 or more was expected, got ${text}`);
}

function portsOf(values: Values): Partial<Record<ListenerName, PortSetting>> {
  const ports: Partial<Record<ListenerName, PortSetting>> = {};
  for (const name of LISTENER_NAMES) {
    const option = `port.${LISTENERS[name].flag}`;
    const text = textOf(values, option);
    if (text !== undefined) ports[name] = portOf(option, text);
  }
  return ports;
}

function portOf(option: string, text: string): PortSetting {
  if (text === 'off') return 'off';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new UsageError(`--${option}: 0 to 65535 or "off" was expected, got ${text}`);
}
