import { VERSION } from './version.js';
import { DEFAULT_MAX_TRACES } from '../server/options.js';
import { addressText } from '../server/open-listener.js';
import { LISTENER_NAMES, LISTENERS } from '../server/ports.js';
import type { Collector } from '../server/start-collector.js';

const PORT_LINES = LISTENER_NAMES.map((name) => {
  const { flag, what, usualPort } = LISTENERS[name];
  return `  ${`--port.${flag} N`.padEnd(30)}${what} (${usualPort})`;
});

/** What `spoor-all-in-one --help` prints. */
export const HELP: string = `spoor-all-in-one ${VERSION}

  spoor-all-in-one [options] [[--] command arguments...]

Receives traces from Jaeger clients and OpenTelemetry, keeps them in memory and shows them on a web page:
for development and tests, in place of Jaeger's all-in-one. With a command, it runs the command with the
environment variables that point Jaeger clients and OpenTelemetry at it, then prints the addresses of the
traces and exits with the exit code of the command.

  --host ADDRESS                address to listen on (default 127.0.0.1: this machine only)
  --allowed-host NAME           host name that HTTP clients may use besides localhost; repeatable; '*': any
  --cors.allowed-origins LIST   websites whose scripts may send spans over HTTP, such as https://shop.example;
                                separated by commas, repeatable; '*': any (default: none)
${PORT_LINES.join('\n')}
                                N: 0 for any free port, "off" for none
  --memory.max-traces N         maximum number of traces (default ${DEFAULT_MAX_TRACES}); beyond it the oldest is evicted
  --memory.max-bytes N          maximum memory of the traces (default 512m, or less: a quarter of the machine's memory,
                                V8's heap limit); beyond it the oldest is evicted; suffixes k, m, g
  --sampling.strategies-file F  sampling strategies in Jaeger's format; reloaded when the file changes
  --snapshot F                  load traces from this file at the start, save them to it at the end
  --keep                        keep running after the command has ended
  -h, --help                    print this help
  -v, --version                 print the version

For production use Jaeger: the settings of your clients work there unchanged.
`;

/** Jaeger's protocols that are not supported. */
const NOT_SERVED = 'not supported: Zipkin (9411), Jaeger gRPC (14250)';

/** One line per listener; the last line is the address of the page. */
export function startText(collector: Collector): string {
  const lines = LISTENER_NAMES.map((name) => {
    const address = collector.address(name);
    const where = address === undefined ? missing(name) : addressText(address);
    return `  ${where.padEnd(22)} ${LISTENERS[name].what}`;
  });
  const url = collector.url ?? 'no page (--port.query is off)';
  return [`spoor-all-in-one ${VERSION}`, ...lines, `  ${NOT_SERVED}`, url].join('\n');
}

function missing(name: string): string {
  return name === 'otlpGrpc' ? '(off, or no grpc-js)' : '(off)';
}
