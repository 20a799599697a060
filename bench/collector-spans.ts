import type { Process, Span } from '../all-in-one/src/model/span.js';
import { NO_PARENT } from '../all-in-one/src/thrift/jaeger-model.js';

const START = 1_767_323_045_678_901;
const SERVICES = 10;
const OPERATIONS = 20;
const PROCESSES: readonly Process[] = Array.from({ length: SERVICES }, (_, i) => ({
  serviceName: `service-${i}`,
  tags: [
    { key: 'hostname', type: 'string', value: `host-${i}` },
    { key: 'ip', type: 'string', value: `10.0.0.${i}` },
    { key: 'jaeger.version', type: 'string', value: 'spoor-3.20.0' },
  ],
}));

/** The spans of a trace through two services, as typical ones are: eight tags and a log each. */
export function spansOfTrace(
  trace: number,
  count: number,
): readonly { readonly process: Process; readonly spans: readonly Span[] }[] {
  const spans = Array.from({ length: count }, (_, i) => spanOf(trace, i));
  const half = Math.ceil(count / 2);
  return [
    { process: PROCESSES[trace % SERVICES]!, spans: spans.slice(0, half) },
    { process: PROCESSES[(trace + 1) % SERVICES]!, spans: spans.slice(half) },
  ];
}

function spanOf(trace: number, i: number): Span {
  const id = (n: number): string => ((trace + 1) * 1_000 + n + 1).toString(16).padStart(16, '0');
  const text = (key: string, value: string): Span['tags'][number] => {
    return { key, type: 'string', value };
  };
  return {
    traceID: (trace + 1).toString(16).padStart(16, '0'),
    spanID: id(i),
    parentSpanID: i === 0 ? NO_PARENT : id(0),
    operationName: `operation ${(trace + i) % OPERATIONS}`,
    references: [],
    flags: 1,
    startTime: START + trace * 1_000 + i,
    duration: 1_000 + i,
    tags: [
      text('span.kind', i % 2 === 0 ? 'server' : 'client'),
      text('component', 'net/http'),
      text('http.method', 'GET'),
      text('http.url', `http://shop.example/cart/${trace}?page=${i}`),
      { key: 'http.status_code', type: 'int64', value: 200 + (trace % 7) },
      text('request.id', `request ${trace}-${i}`),
      { key: 'cached', type: 'bool', value: false },
      text('peer.service', 'bank'),
    ],
    logs: [
      {
        timestamp: START + trace * 1_000 + i + 5,
        fields: [text('event', 'cache miss'), text('key', `cart:${trace}`)],
      },
    ],
  };
}
