import { once } from 'node:events';
import { VERSION } from './version.js';
import { rootSpan } from '../terminal/format-trace-tree.js';
import { printable } from '../terminal/printable.js';
import { ListenError } from '../server/listen-error.js';
import { type Collector, startCollector } from '../server/start-collector.js';
import type { UsageError } from './arguments.js';
import { type AllInOne, readArguments, type Request } from './arguments.js';
import { runCommand } from './run-command.js';
import { HELP, startText } from './texts.js';

/** Output of the program. */
export interface CliOutput {
  /** Prints results. */
  readonly print: (text: string) => void;
  /** Prints warnings and errors. */
  readonly complain: (text: string) => void;
}

/** Maximum length of a printed warning, which may contain a path. */
const WARNING_CHARACTERS = 1_000;
/** Number of printed traces: the latest ones. */
const MAX_TRACE_LINES = 50;
const PROGRAM = 'spoor-all-in-one';
const FAILED = 1;
const MISUSED = 2;

/** Signals that end the program: Ctrl-C, SIGTERM, or SIGHUP from a closed terminal. */
class StopSignals {
  private readonly interrupted: Promise<unknown> = once(process, 'SIGINT');
  private readonly ended: Promise<unknown> = Promise.race([
    once(process, 'SIGTERM'),
    once(process, 'SIGHUP'),
  ]);

  /** Resolves at any of them, also at one that came before this call. */
  first(): Promise<unknown> {
    return Promise.race([this.interrupted, this.ended]);
  }

  /** As `first`, but ignores an earlier Ctrl-C, which was for the command. */
  next(): Promise<unknown> {
    return Promise.race([once(process, 'SIGINT'), this.ended]);
  }
}

/** Runs `spoor-all-in-one` with these arguments. Resolves with the exit code; never rejects. */
export async function runCli(args: readonly string[], output: CliOutput): Promise<number> {
  let request: Request;
  try {
    request = readArguments(args);
  } catch (error) {
    output.complain(`${PROGRAM}: ${(error as UsageError).message}; see ${PROGRAM} --help`);
    return MISUSED;
  }
  if (request.kind === 'run') return allInOne(request.run, output);
  output.print(request.kind === 'help' ? HELP.trimEnd() : VERSION);
  return 0;
}

async function allInOne(run: AllInOne, { print, complain }: CliOutput): Promise<number> {
  // Listen from the start: a signal while ports are being opened must still close them.
  const signals = new StopSignals();
  const warn = (message: string): void =>
    complain(`${PROGRAM}: ${printable(message, WARNING_CHARACTERS)}`);
  try {
    const collector = await startCollector({ ...run.options, warn });
    try {
      print(startText(collector));
      return await serve(run, collector, signals, { print, complain });
    } finally {
      await collector.close();
    }
  } catch (error) {
    complain(`${PROGRAM}: ${(error as Error).message}`);
    return error instanceof RangeError && !(error instanceof ListenError) ? MISUSED : FAILED;
  }
}

/** Waits for a signal, or for the end of the command. Resolves with the exit code. */
async function serve(
  { command, isKept }: AllInOne,
  collector: Collector,
  signals: StopSignals,
  { print, complain }: CliOutput,
): Promise<number> {
  if (command.length === 0) {
    await signals.first();
    return 0;
  }
  const code = await runCommand(command, collector, (text) => complain(`${PROGRAM}: ${text}`));
  printTraces(collector, print);
  printDrops(collector, complain);
  if (isKept) {
    print('press Ctrl-C to stop');
    await signals.next();
  }
  return code;
}

/** Says how many datagrams the kernel dropped, if any. */
function printDrops(collector: Collector, complain: CliOutput['complain']): void {
  for (const { name, kernelDrops = 0, receiveBufferBytes } of collector.stats().receivers) {
    if (kernelDrops === 0) continue;
    const limit = `its receive buffer has ${receiveBufferBytes} bytes; net.core.rmem_max limits it`;
    complain(`${PROGRAM}: ${name}: the kernel dropped ${kernelDrops} datagrams (${limit})`);
  }
}

/** Prints a line per trace, the latest last. */
function printTraces(collector: Collector, print: (text: string) => void): void {
  const lines: string[] = [];
  for (const { traceID, spans } of collector.traces()) {
    if (lines.length === MAX_TRACE_LINES) break;
    const name = printable(rootSpan(spans)?.operationName ?? '');
    const where = collector.url === undefined ? traceID : `${collector.url}/trace/${traceID}`;
    lines.push(`${where} ${name}, spans: ${spans.length}`);
  }
  const others = collector.stats().traces - lines.length;
  if (others > 0) lines.push(`${others} older traces are not listed; the latest are:`);
  print(lines.length > 0 ? lines.reverse().join('\n') : 'no traces arrived');
}
