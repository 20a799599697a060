import { FORMAT_TEXT_MAP, globalTracer } from 'opentracing';
import { catchRejection } from '../../core/host/guarded.js';
import { textOfValue } from '../../core/text/value-text.js';
import { FaultLog } from './fault-log.js';
import { type GrpcMethod, MethodTable } from '../call/method.js';
import { startTags } from '../span/span-record.js';
import type { CallInfo, MessageDirection, OpenTracingTracer, TracingOptions } from './options.js';
import { type GrpcSide, isErrorByDefault } from '../call/status.js';

/** How much of a message `logPayloads: true` logs, in UTF-16 units or bytes. */
const MAX_PAYLOAD_LENGTH = 4096;
/** What `messageEvents: 'on'` means, for each direction. */
const MAX_MESSAGE_EVENTS = 1000;

const FUNCTIONS = ['include', 'operationName', 'onStart', 'onEnd', 'isError'] as const;

/** The options of one interceptor, checked and with their defaults. */
export class Settings<Metadata, Options> {
  readonly format: string;
  readonly include: TracingOptions<Metadata, Options>['include'];
  readonly operationName: TracingOptions<Metadata, Options>['operationName'];
  readonly onStart: TracingOptions<Metadata, Options>['onStart'];
  readonly onEnd: TracingOptions<Metadata, Options>['onEnd'];
  readonly isError: (code: number, side: GrpcSide) => boolean;
  /** What is logged of a message; undefined where `logPayloads` is off. */
  readonly payloadOf: ((message: unknown, direction: MessageDirection) => unknown) | undefined;
  /** Whether a message is logged also where nothing of what it says is. */
  readonly logsMessages: boolean;
  /** Of each direction; 0 where messages are not logged. */
  readonly maxMessageEvents: number;
  readonly requestKeys: readonly string[];
  readonly responseKeys: readonly string[];
  /** Whether any function wants to be told of the call. */
  readonly wantsInfo: boolean;
  readonly side: GrpcSide;
  readonly methods: MethodTable;
  readonly faults: FaultLog;
  private readonly given: OpenTracingTracer | undefined;
  private readonly tags: Readonly<Record<string, unknown>> | undefined;

  /** @throws TypeError for an option of the wrong kind, with its name and value. */
  constructor(side: GrpcSide, options: TracingOptions<Metadata, Options> = {}) {
    for (const name of FUNCTIONS) check(name, 'a function', options[name], isFunction);
    check('format', 'a string', options.format, (value) => typeof value === 'string');
    check('tracer', 'an OpenTracing tracer', options.tracer ?? undefined, isObject);
    check('logger', 'a logger', options.logger ?? undefined, isObject);
    check('tags', 'an object', options.tags ?? undefined, isMap);
    check('metadataTags', 'an object', options.metadataTags ?? undefined, isMap);
    check('logPayloads', 'a boolean or a function', options.logPayloads, isPayloadOption);
    this.side = side;
    this.tags = options.tags ? { ...options.tags } : undefined;
    this.methods = new MethodTable((method) => this.startTags(method));
    this.given = options.tracer ?? undefined;
    this.format = options.format ?? FORMAT_TEXT_MAP;
    this.include = options.include;
    this.operationName = options.operationName;
    this.onStart = options.onStart;
    this.onEnd = options.onEnd;
    this.isError = options.isError ?? isErrorByDefault;
    this.payloadOf = payloadFunction(options.logPayloads);
    this.logsMessages = (options.messageEvents ?? 'off') !== 'off';
    this.maxMessageEvents = maxEvents(options.messageEvents, this.payloadOf !== undefined);
    this.requestKeys = keysOf('request', options.metadataTags?.request);
    this.responseKeys = keysOf('response', options.metadataTags?.response);
    this.wantsInfo = FUNCTIONS.some((name) => name !== 'isError' && options[name] !== undefined);
    this.faults = new FaultLog(options.logger ?? undefined);
  }

  /** Where `include` itself fails the call is traced. */
  includes(info: CallInfo<Metadata, Options>): boolean {
    if (this.include === undefined) return true;
    try {
      const included: unknown = this.include(info);
      catchRejection(included, (error) => this.faults.report('include threw', error, this.given));
      return Boolean(included);
    } catch (error) {
      this.faults.report('include threw', error, this.given);
      return true;
    }
  }

  /** What spans of a method start with, in a map that is the caller's own. */
  startTags(method: GrpcMethod): Record<string, unknown> {
    return startTags(this.side, method, this.tags);
  }

  /** The global tracer may be set, or changed, after the interceptor was made. */
  tracer(): OpenTracingTracer {
    return this.given ?? (globalTracer() as OpenTracingTracer);
  }
}

/** @throws TypeError */
function check(
  name: string,
  wanted: string,
  value: unknown,
  isRight: (value: unknown) => boolean,
): void {
  if (value === undefined || isRight(value)) return;
  throw new TypeError(`${name} must be ${wanted}. Received ${textOfValue(value, 100)}`);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value);
}

function isPayloadOption(value: unknown): boolean {
  return typeof value === 'boolean' || typeof value === 'function';
}

function payloadFunction(
  option: TracingOptions<never, never>['logPayloads'],
): ((message: unknown, direction: MessageDirection) => unknown) | undefined {
  if (typeof option === 'function') return option;
  return option === true ? payloadText : undefined;
}

/**
 * A message as it is now: the application may change the object before the span is sent. Bytes are
 * copied, as far as they are wanted, so that the span does not keep the whole message.
 */
function payloadText(message: unknown): unknown {
  if (message instanceof Uint8Array)
    return Uint8Array.from(message.subarray(0, MAX_PAYLOAD_LENGTH));
  return textOfValue(message, MAX_PAYLOAD_LENGTH);
}

/** @throws TypeError */
function maxEvents(
  option: TracingOptions<never, never>['messageEvents'],
  logsPayloads: boolean,
): number {
  if (option === 'on') return MAX_MESSAGE_EVENTS;
  if (option === undefined || option === 'off') return logsPayloads ? MAX_MESSAGE_EVENTS : 0;
  check('messageEvents', `'off', 'on' or { max: a number from 0 on }`, option, isMax);
  return option.max;
}

function isMax(value: unknown): boolean {
  const max = (value as { readonly max?: unknown } | null)?.max;
  return typeof max === 'number' && max >= 0;
}

/** @throws TypeError */
function keysOf(side: 'request' | 'response', keys: readonly string[] | undefined): string[] {
  const areTexts = (value: unknown): boolean =>
    Array.isArray(value) && value.every((key) => typeof key === 'string');
  check(`metadataTags.${side}`, 'an array of strings', keys, areTexts);
  return (keys ?? []).map((key) => key.toLowerCase());
}
