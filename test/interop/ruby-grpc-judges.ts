import type { Span } from '../../src/index.js';
import type { GrpcTracingOptions } from '../../src/grpc/index.js';
import { startCollecting } from './collecting.js';
import { startPythonAgent } from './peers/python-agent.js';
import { span16, trace32 } from './tracing.js';

/** A span of a call, as any receiver gets it and any side says it. */
export interface CallRow {
  readonly service: string;
  /** Lower-case hex: 32 digits for a trace, 16 for a span; all zeros for no parent. */
  readonly traceID: string;
  readonly spanID: string;
  readonly parentSpanID: string;
  readonly operationName: string;
  readonly flags: number;
  readonly kind: unknown;
  /** gRPC's status. */
  readonly code: unknown;
}

/** Somebody who receives spans, compact over UDP, and says what came. */
export interface Judge {
  readonly port: number;
  /** Resolves with all spans once there are `n`. */
  rows(n: number): Promise<CallRow[]>;
  /** Rejects where anything came that was no batch. */
  stop(): Promise<void>;
}

/** What both judges' batches have in common. */
interface Batch {
  readonly process: { readonly serviceName: string };
  readonly spans: readonly {
    readonly traceID: string;
    readonly spanID: string;
    readonly parentSpanID: string;
    readonly operationName: string;
    readonly flags: number;
    readonly tags: readonly { readonly key: string; readonly value: unknown }[];
  }[];
}

function rowsOf(batches: readonly Batch[]): CallRow[] {
  return batches.flatMap(({ process, spans }) =>
    spans.map(({ traceID, spanID, parentSpanID, operationName, flags, tags }) => ({
      service: process.serviceName,
      traceID: trace32(traceID),
      spanID,
      parentSpanID,
      operationName,
      flags,
      kind: tags.find(({ key }) => key === 'span.kind')?.value,
      code: tags.find(({ key }) => key === 'grpc.status_code')?.value,
    })),
  );
}

/** Our own receiver, and one that shares no code with it. */
export const JUDGES: readonly { readonly name: string; readonly start: () => Promise<Judge> }[] = [
  {
    name: 'our receiver',
    async start() {
      const collecting = await startCollecting('compact');
      return {
        port: collecting.port,
        async rows(n) {
          await collecting.spans(n);
          return rowsOf(collecting.batches);
        },
        stop: () => collecting.close(),
      };
    },
  },
  {
    name: 'the Python agent',
    async start() {
      const agent = await startPythonAgent();
      return {
        port: agent.ports.compact,
        async rows(n) {
          await agent.waitForSpans(n, 10_000);
          return rowsOf(agent.batches);
        },
        async stop() {
          await agent.stop();
          if (agent.errors[0] !== undefined) throw new Error(agent.errors[0].error);
        },
      };
    },
  },
];

/** Keeps a row of each span that our interceptors end, from what its context says: no receiver's word. */
export class CallRows {
  readonly rows: CallRow[] = [];
  /** By span id, the baggage that the span has. */
  readonly baggage: Record<string, unknown> = {};

  /** Options of an interceptor of this service's. */
  tracing(service: string): GrpcTracingOptions {
    return {
      onEnd: (span, { side, status }) => this.keep(service, span as Span, side, status.code),
    };
  }

  keep(service: string, span: Span, kind: unknown, code?: number): void {
    const { traceIdStr, spanIdStr, parentIdStr, flags, baggage } = span.context();
    const spanID = span16(spanIdStr!);
    this.baggage[spanID] = { ...baggage };
    this.rows.push({
      service,
      traceID: trace32(traceIdStr!),
      spanID,
      parentSpanID: span16(parentIdStr ?? '0'),
      operationName: span.operationName,
      flags,
      kind,
      code,
    });
  }
}
