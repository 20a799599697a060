import { textOfValue } from '../../core/text/value-text.js';
import type { GrpcTracingOptions } from './options.js';

/** Names of the options that are functions. */
export const FUNCTIONS = ['include', 'operationName', 'onStart', 'onEnd', 'isError'] as const;

/** @throws TypeError for the first option of the wrong type, with its name and value. */
export function checkOptions<Metadata, Options>(
  options: GrpcTracingOptions<Metadata, Options>,
): void {
  for (const name of FUNCTIONS) check(name, 'a function', options[name], isFunction);
  check('format', 'a string', options.format, isString);
  check('tracer', 'an OpenTracing tracer', options.tracer ?? undefined, isObject);
  check('logger', 'a logger', options.logger ?? undefined, isObject);
  check('tags', 'an object', options.tags ?? undefined, isMap);
  check('metadataTags', 'an object', options.metadataTags ?? undefined, isMap);
  check('logPayloads', 'a boolean or a function', options.logPayloads, isPayloadOption);
  const { messageEvents } = options;
  check('messageEvents', "'off', 'on' or { max: a number >= 0 }", messageEvents, isEventOption);
  const { request, response } = options.metadataTags ?? {};
  check('metadataTags.request', 'an array of strings', request, isStrings);
  check('metadataTags.response', 'an array of strings', response, isStrings);
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

function isString(value: unknown): boolean {
  return typeof value === 'string';
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
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

function isEventOption(value: unknown): boolean {
  if (value === 'on' || value === 'off') return true;
  const max = (value as { readonly max?: unknown } | null)?.max;
  return typeof max === 'number' && max >= 0;
}
