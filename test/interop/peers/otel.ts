// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { checkout } from './peer-process.js';

/** A finished span of OpenTelemetry's SDK. Only its exporters look into it. */
export type ReadableSpan = { readonly __brand: 'ReadableSpan' };

/** OpenTelemetry's exporters, as far as tests call them. */
export interface Exporter {
  export(spans: readonly ReadableSpan[], done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
}

interface ExportResult {
  readonly code: number;
  readonly error?: Error;
}

type Attributes = Readonly<Record<string, unknown>>;

interface OtelSpan {
  spanContext(): { readonly traceId: string; readonly spanId: string };
  addEvent(name: string, attributes: Attributes, time: HrTime): void;
  setStatus(status: { readonly code: number; readonly message?: string }): void;
  end(time: HrTime): void;
}

interface OtelTracer {
  startSpan(name: string, options: Attributes, context: unknown): OtelSpan;
}

/** Seconds and nanoseconds. */
export type HrTime = readonly [number, number];

interface Otel {
  readonly api: {
    readonly ROOT_CONTEXT: unknown;
    readonly trace: { setSpan(context: unknown, span: OtelSpan): unknown };
  };
  readonly sdk: {
    readonly BasicTracerProvider: new (options: object) => {
      getTracer(name: string, version: string): OtelTracer;
    };
    readonly SimpleSpanProcessor: new (exporter: object) => object;
  };
  readonly resources: { resourceFromAttributes(attributes: Attributes): object };
}

const require = createRequire(`${checkout}test/interop/otel/package.json`);

function load(name: string): unknown {
  try {
    return require(name);
  } catch (error) {
    const command = 'npm install --prefix test/interop/otel';
    throw new Error(`${name} is missing. Install it with: ${command}`, { cause: error });
  }
}

/** Ways in which OpenTelemetry's exporters send. */
export type OtelWay = 'otlp-json' | 'otlp-proto' | 'otlp-grpc' | 'jaeger-udp' | 'jaeger-http';

/** The exporter of OpenTelemetry that sends to a URL (`host:port` for UDP) in this way. */
function openExporter(way: OtelWay, target: string): Exporter {
  const [, host = '', port = ''] = /(?:http:\/\/)?([^:/]+):(\d+)/.exec(target) ?? [];
  switch (way) {
    case 'otlp-json':
      return construct('@opentelemetry/exporter-trace-otlp-http', 'OTLPTraceExporter', target);
    case 'otlp-proto':
      return construct('@opentelemetry/exporter-trace-otlp-proto', 'OTLPTraceExporter', target);
    case 'otlp-grpc':
      return construct('@opentelemetry/exporter-trace-otlp-grpc', 'OTLPTraceExporter', target);
    case 'jaeger-udp': {
      const { JaegerExporter } = load('@opentelemetry/exporter-jaeger') as Constructors;
      return new JaegerExporter!({ host, port: Number(port) });
    }
    case 'jaeger-http': {
      const { JaegerExporter } = load('@opentelemetry/exporter-jaeger') as Constructors;
      return new JaegerExporter!({ endpoint: target });
    }
  }
}

type Constructors = Readonly<Record<string, new (options: object) => Exporter>>;

function construct(name: string, className: string, url: string): Exporter {
  return new (load(name) as Constructors)[className]!({ url });
}

/** Exports spans, and ends the exporter. Rejects where it says that it failed. */
export async function exportSpans(
  way: OtelWay,
  target: string,
  spans: readonly ReadableSpan[],
): Promise<void> {
  const exporter = openExporter(way, target);
  const { code, error } = await new Promise<ExportResult>((resolve) =>
    exporter.export(spans, resolve),
  );
  await exporter.shutdown();
  if (code !== 0) throw error ?? new Error(`${way} failed with ${code}`);
}

/** What a test says of a span that OpenTelemetry's SDK is to make. */
export interface OtelRow {
  readonly name: string;
  readonly kind: number;
  readonly start: HrTime;
  readonly end: HrTime;
  readonly attributes?: Attributes;
  readonly events?: readonly { name: string; time: HrTime; attributes: Attributes }[];
  readonly links?: readonly { traceId: string; spanId: string; attributes?: Attributes }[];
  readonly status?: { readonly code: number; readonly message?: string };
}

/** Spans of OpenTelemetry's SDK, and their ids: the first is the root, the others its children. */
export function makeSpans(
  resource: Attributes,
  rows: readonly OtelRow[],
): { spans: ReadableSpan[]; traceId: string; spanIds: string[] } {
  const { BasicTracerProvider, SimpleSpanProcessor } = load(
    '@opentelemetry/sdk-trace-base',
  ) as Otel['sdk'];
  const { resourceFromAttributes } = load('@opentelemetry/resources') as Otel['resources'];
  const { ROOT_CONTEXT, trace } = load('@opentelemetry/api') as Otel['api'];
  const spans: ReadableSpan[] = [];
  const keep = {
    export: (ended: ReadableSpan[], done: (result: ExportResult) => void) => {
      spans.push(...ended);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes(resource),
    spanProcessors: [new SimpleSpanProcessor(keep)],
  });
  const tracer = provider.getTracer('interop', '1.2.3');
  let context = ROOT_CONTEXT;
  const made = rows.map((row, i) => {
    const span = startRow(tracer, row, context);
    if (i === 0) context = trace.setSpan(ROOT_CONTEXT, span);
    return span;
  });
  rows.forEach((row, i) => made[i]!.end(row.end));
  const ids = made.map((span) => span.spanContext());
  return { spans, traceId: ids[0]!.traceId, spanIds: ids.map(({ spanId }) => spanId) };
}

function startRow(tracer: OtelTracer, row: OtelRow, context: unknown): OtelSpan {
  const { name, kind, start, attributes = {}, links = [], events = [], status } = row;
  const span = tracer.startSpan(
    name,
    {
      kind,
      startTime: start,
      attributes,
      links: links.map(({ traceId, spanId, attributes: own }) => ({
        context: { traceId, spanId, traceFlags: 1 },
        attributes: own,
      })),
    },
    context,
  );
  for (const event of events) span.addEvent(event.name, event.attributes, event.time);
  if (status !== undefined) span.setStatus(status);
  return span;
}
