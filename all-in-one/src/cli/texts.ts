import { VERSION } from './version.js';
import { DEFAULT_MAX_BYTES, DEFAULT_MAX_TRACES } from '../server/options.js';
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

Receives traces of Jaeger clients and of OpenTelemetry, keeps them in memory and shows them on a page:
what Jaeger's all-in-one is for development. With a command it runs that, pointed at itself, prints where
its traces are, and ends with the command's exit code.

  --host ADDRESS                where to listen (127.0.0.1: this machine only)
  --allowed-host NAME           a name by which HTTP clients may call it besides localhost; again for more; '*': any
${PORT_LINES.join('\n')}
                                N: 0 takes a free port, "off" opens none
  --memory.max-traces N         traces that are kept (${DEFAULT_MAX_TRACES}); then the oldest goes
  --memory.max-bytes N          memory that they may take (${DEFAULT_MAX_BYTES / 1024 ** 2}m); k, m and g are understood
  --sampling.strategies-file F  sampling strategies in Jaeger's format; read again when they change
  --snapshot F                  loads traces from this file at the start, and saves them to it at the end
  --keep                        goes on when the command has ended
  -h, --help                    this
  -v, --version                 the version

For production use Jaeger itself: the same settings of your clients work there.
`;

/** What is not served here, and is by Jaeger. */
const NOT_SERVED = 'not supported: Zipkin (9411), Jaeger gRPC (14250)';

/** One line per listener, and the page's address last. */
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
