import { parseArgs, type ParseArgsConfig } from 'node:util';
import { isOriginPattern } from '../http/cors.js';
import type { CollectorOptions } from '../server/options.js';
import { LISTENER_NAMES, type ListenerName, LISTENERS, type PortSetting } from '../server/ports.js';

/** The parsed command line. */
export type Request =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'run'; readonly run: AllInOne };

export interface AllInOne {
  readonly options: CollectorOptions;
  /** A program to run, with its arguments; empty for none. */
  readonly command: readonly string[];
  /** Whether the collector keeps running after the command has ended. */
  readonly isKept: boolean;
}

/** The command line is invalid; `message` says why. */
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
  'cors.allowed-origins': { type: 'string', multiple: true },
  'memory.max-traces': { type: 'string' },
  'memory.max-bytes': { type: 'string' },
  'sampling.strategies-file': { type: 'string' },
  snapshot: { type: 'string' },
  keep: { type: 'boolean' },
  ...Object.fromEntries(
    LISTENER_NAMES.map((name) => [`port.${LISTENERS[name].flag}`, { type: 'string' as const }]),
  ),
} satisfies ParseArgsConfig['options'];

/**
 * Reads the arguments after the program's name: options, then a command with its own arguments. `--` before the
 * command is optional, because `npm exec spoor-all-in-one -- node app.js` removes it. Throws `UsageError`.
 */
export function readArguments(args: readonly string[]): Request {
  const start = commandStart(args);
  const values = parse(args.slice(0, start));
  if (values['help'] === true) return { kind: 'help' };
  if (values['version'] === true) return { kind: 'version' };
  const isAnnounced = args[start] === '--';
  const command = args.slice(isAnnounced ? start + 1 : start);
  if (isAnnounced && command.length === 0) throw new UsageError('no command after --');
  const isKept = values['keep'] === true;
  return { kind: 'run', run: { options: collectorOptions(values), command, isKept } };
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** Index of `--`, or of the first argument that is neither an option nor its value. */
function commandStart(args: readonly string[]): number {
  const { tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  return tokens.find(({ kind }) => kind !== 'option')?.index ?? args.length;
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function collectorOptions(values: Values): CollectorOptions {
  return {
    host: textOf(values, 'host'),
    allowedHosts: values['allowed-host'] as string[] | undefined,
    corsAllowedOrigins: originsOf(values),
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

/** Reads lists with commas; the option may be repeated. */
function originsOf(values: Values): string[] | undefined {
  const lists = values['cors.allowed-origins'] as string[] | undefined;
  const origins = lists?.flatMap((list) => list.split(',')).map((origin) => origin.trim());
  const wrong = origins?.find((origin) => !isOriginPattern(origin));
  if (wrong === undefined) return origins;
  throw new UsageError(
    `--cors.allowed-origins: expected origins such as https://shop.example, or *, got ${JSON.stringify(wrong)}`,
  );
}

/** Reads `500`, `64k`, `512m`, `2g`, `512MiB`. */
function amountOf(values: Values, name: string): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const match = /^(\d+)([kmg]?)(?:i?b)?$/i.exec(text);
  const amount = match ? Number(match[1]) * UNITS[match[2]!.toLowerCase()]! : 0;
  if (Number.isSafeInteger(amount) && amount >= 1) return amount;
  throw new UsageError(`--${name}: expected an integer, at least 1, got ${text}`);
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
  throw new UsageError(`--${option}: expected 0 to 65535 or "off", got ${text}`);
}
