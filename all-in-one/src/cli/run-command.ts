import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressText } from '../server/open-listener.js';
import type { ListenerName } from '../server/ports.js';
import { type Collector, reachable } from '../server/start-collector.js';

// Exit codes of a shell for a program that does not exist, or is not executable.
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
/** All spans count as arrived after this time without a new one, or after `LATEST_MS`. */
const QUIET_MS = 250;
const LATEST_MS = 3_000;

/** Variables that would override those below and send the spans elsewhere. */
const ELSEWHERE: readonly string[] = [
  'JAEGER_ENDPOINT',
  'JAEGER_REPORTER_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
];

/** The environment, with the variables that point a program at the collector. */
function commandEnvironment(collector: Collector): NodeJS.ProcessEnv {
  const addressOf = (listener: ListenerName): AddressInfo | undefined => {
    const address = collector.address(listener);
    return address && reachable(address);
  };
  const agent = addressOf('compact');
  const sampling = addressOf('sampling');
  const otlp = addressOf('otlpHttp');
  const inherited = Object.entries(process.env).filter(([name]) => !ELSEWHERE.includes(name));
  return {
    ...Object.fromEntries(inherited),
    JAEGER_SAMPLER_TYPE: 'const',
    JAEGER_SAMPLER_PARAM: '1',
    ...(agent && { JAEGER_AGENT_HOST: agent.address, JAEGER_AGENT_PORT: String(agent.port) }),
    ...(sampling && { JAEGER_SAMPLER_MANAGER_HOST_PORT: addressText(sampling) }),
    ...(otlp && {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${addressText(otlp)}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    }),
  };
}

/**
 * Runs a program with this process's input and output, pointed at the collector by its environment. Resolves with
 * its exit code, as a shell reports it, after it has ended and its last spans have arrived.
 */
export async function runCommand(
  command: readonly string[],
  collector: Collector,
  complain: (message: string) => void,
): Promise<number> {
  const [program, ...args] = command;
  const env = commandEnvironment(collector);
  const child = spawn(program!, args, { stdio: 'inherit', env });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  // A terminal sends Ctrl-C to both processes. Without a terminal only this one got the signal.
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  const onInterrupt = hasTerminal ? ignore : forward;
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  process.on('SIGINT', onInterrupt);
  try {
    const code = await exitCode(child, program!, complain);
    await arrivals(collector);
    return code;
  } finally {
    process.off('SIGTERM', forward);
    process.off('SIGHUP', forward);
    process.off('SIGINT', onInterrupt);
  }
}

function ignore(): void {}

function exitCode(
  child: ReturnType<typeof spawn>,
  program: string,
  complain: (message: string) => void,
): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      complain(`${program}: ${error.message}`);
      resolve(error.code === 'EACCES' ? NOT_EXECUTABLE : NOT_FOUND);
    });
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** Resolves when no more spans arrive. */
async function arrivals(collector: Collector): Promise<void> {
  const end = performance.now() + LATEST_MS;
  for (let spans = -1; spans !== collector.stats().spans && performance.now() < end;) {
    spans = collector.stats().spans;
    await sleep(QUIET_MS);
  }
}
