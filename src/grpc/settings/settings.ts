import { FORMAT_TEXT_MAP, globalTracer } from 'opentracing';
import { catchRejection } from '../../core/host/guarded.js';
import type { GrpcCallInfo } from '../call/call-info.js';
import { type GrpcMethod, MethodTable } from '../call/method.js';
import { type GrpcSide, isErrorByDefault } from '../call/status.js';
import { FaultLog } from './fault-log.js';
import { checkOptions, FUNCTIONS } from './option-checks.js';
import type { GrpcTracingOptions, OpenTracingTracer } from './options.js';
import { maxEvents, type PayloadFunction, payloadFunction } from './message-options.js';

/** Options of one interceptor, checked, with defaults filled in. */
export class Settings<Metadata, Options> {
  readonly format: string;
  readonly include: GrpcTracingOptions<Metadata, Options>['include'];
  readonly operationName: GrpcTracingOptions<Metadata, Options>['operationName'];
  readonly onStart: GrpcTracingOptions<Metadata, Options>['onStart'];
  readonly onEnd: GrpcTracingOptions<Metadata, Options>['onEnd'];
  readonly isError: (code: number, side: GrpcSide) => boolean;
  /** Returns what is logged of a message. Undefined if `logPayloads` is off. */
  readonly payloadOf: PayloadFunction | undefined;
  /** Whether a message is logged even without a payload. */
  readonly logsMessages: boolean;
  /** Maximum number of logged messages of each direction. 0: messages are not logged. */
  readonly maxMessageEvents: number;
  readonly requestKeys: readonly string[];
  readonly responseKeys: readonly string[];
  /** Whether any option function takes a call info. */
  readonly wantsInfo: boolean;
  readonly side: GrpcSide;
  readonly methods: MethodTable;
  readonly faults: FaultLog;
  private readonly ownTracer: OpenTracingTracer | undefined;
  private readonly tags: Readonly<Record<string, unknown>> | undefined;

  /** @throws TypeError for an option of the wrong type, with its name and value. */
  constructor(side: GrpcSide, options: GrpcTracingOptions<Metadata, Options> = {}) {
    checkOptions(options);
    this.side = side;
    this.tags = options.tags ? { ...options.tags } : undefined;
    this.methods = new MethodTable((method) => this.startTags(method));
    this.ownTracer = options.tracer ?? undefined;
    this.format = options.format ?? FORMAT_TEXT_MAP;
    this.include = options.include;
    this.operationName = options.operationName;
    this.onStart = options.onStart;
    this.onEnd = options.onEnd;
    this.isError = options.isError ?? isErrorByDefault;
    this.payloadOf = payloadFunction(options.logPayloads);
    this.logsMessages = (options.messageEvents ?? 'off') !== 'off';
    this.maxMessageEvents = maxEvents(options.messageEvents, this.payloadOf !== undefined);
    this.requestKeys = lowerCased(options.metadataTags?.request);
    this.responseKeys = lowerCased(options.metadataTags?.response);
    this.wantsInfo = FUNCTIONS.some((name) => name !== 'isError' && options[name] !== undefined);
    this.faults = new FaultLog(options.logger ?? undefined);
  }

  /** Result of the option `include`. A call is traced if `include` throws. */
  includes(info: GrpcCallInfo<Metadata, Options>): boolean {
    if (this.include === undefined) return true;
    const onFailure = (error: unknown): void =>
      this.faults.caught('from include', error, this.ownTracer);
    try {
      const included: unknown = this.include(info);
      catchRejection(included, onFailure);
      return Boolean(included);
    } catch (error) {
      onFailure(error);
      return true;
    }
  }

  /** Start tags for spans of a method, in a new map. */
  startTags(method: GrpcMethod): Record<string, unknown> {
    const tags = {
      component: 'gRPC',
      'span.kind': this.side,
      'rpc.system': 'grpc',
      'rpc.service': method.service,
      'rpc.method': method.name,
    };
    return this.tags === undefined ? tags : { ...tags, ...this.tags };
  }

  /** The global tracer is looked up each time: it may be set after the interceptor was made. */
  tracer(): OpenTracingTracer {
    return this.ownTracer ?? (globalTracer() as OpenTracingTracer);
  }
}

function lowerCased(keys: readonly string[] | undefined): string[] {
  return (keys ?? []).map((key) => key.toLowerCase());
}
