import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressText } from '../server/open-listener.js';
import type { Collector } from '../server/start-collector.js';

/** The exit code of a shell for a program that there is not. */
const NOT_FOUND = 127;
/** Spans have arrived when none came for so long; at the latest after `LATEST_MS`. */
const QUIET_MS = 250;
const LATEST_MS = 3_000;

/** The variables by which a program finds the collector. */
function commandEnvironment(collector: Collector): Record<string, string> {
  const agent = collector.address('compact');
  const sampling = collector.address('sampling');
  const otlp = collector.address('otlpHttp');
  return {
    JAEGER_SAMPLER_TYPE: 'const',
    JAEGER_SAMPLER_PARAM: '1',
    ...(agent && { JAEGER_AGENT_HOST: agent.address, JAEGER_AGENT_PORT: String(agent.port) }),
    ...(sampling && { JAEGER_SAMPLER_MANAGER_HOST_PORT: addressText(sampling) }),
    ...(otlp && { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${addressText(otlp)}` }),
  };
}

/**
 * Runs a program, with this one's input and output and with the collector in its environment. Resolves
 * with its exit code, as a shell has it, when it is done and its last spans have arrived.
 */
export async function runCommand(
  command: readonly string[],
  collector: Collector,
  complain: (message: string) => void,
): Promise<number> {
  const [program, ...args] = command;
  const env = { ...process.env, ...commandEnvironment(collector) };
  const child = spawn(program!, args, { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to both; what is sent to this process alone is handed on.
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGTERM', forward);
  process.on('SIGINT', ignore);
  try {
    const code = await exitCode(child, program!, complain);
    await arrivals(collector);
    return code;
  } finally {
    process.off('SIGTERM', forward);
    process.off('SIGINT', ignore);
  }
}

function ignore(): void {}

function exitCode(
  child: ReturnType<typeof spawn>,
  program: string,
  complain: (message: string) => void,
): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      complain(`${program}: ${error.message}`);
      resolve(NOT_FOUND);
    });
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** Resolves when no spans arrive any more. */
async function arrivals(collector: Collector): Promise<void> {
  const end = performance.now() + LATEST_MS;
  for (let spans = -1; spans !== collector.stats().spans && performance.now() < end;) {
    spans = collector.stats().spans;
    await sleep(QUIET_MS);
  }
}
