import type { OtlpValue } from '../../model/span.js';
import { KIND_NAMES, STATUS_ERROR, STATUS_OK } from '../../otlp/status-tags.js';
import type { Attributes } from './otlp-values.js';

/** Kind and status: fields in OTLP, tags in Jaeger's clients. */
export interface OtlpStatus {
  readonly kind: number;
  readonly code: number;
  readonly message: string;
}

const STATUS_UNSET = 0;
const KIND_SERVER = 2;
const KIND_CLIENT = 3;

/**
 * Reads kind and status from the tags of a Jaeger client, and removes these tags as Jaeger's own translation does.
 */
export function takeStatus(attributes: Attributes): OtlpStatus {
  const kind = Math.max(0, KIND_NAMES.indexOf(takeText(attributes, 'span.kind')));
  if (attributes.get('error')?.boolValue === true) {
    attributes.delete('error');
    const described = takeText(attributes, 'otel.status_description');
    attributes.delete('otel.status_code');
    const message = described || textOf(attributes.get('http.status_message'));
    return { kind, code: STATUS_ERROR, message };
  }
  if (attributes.has('otel.status_code')) {
    const code = namedCode(takeText(attributes, 'otel.status_code'));
    return { kind, code, message: takeText(attributes, 'otel.status_description') };
  }
  const code = httpCode(attributes.get('http.status_code'), kind);
  const message = textOf(attributes.get('http.status_message'));
  return { kind, code, message: code === STATUS_UNSET ? '' : message };
}

function takeText(attributes: Attributes, key: string): string {
  const value = textOf(attributes.get(key));
  attributes.delete(key);
  return value;
}

function textOf(value: OtlpValue | undefined): string {
  return value?.stringValue ?? '';
}

function namedCode(name: string): number {
  if (name.toUpperCase() === 'OK') return STATUS_OK;
  return name.toUpperCase() === 'ERROR' ? STATUS_ERROR : STATUS_UNSET;
}

/** 4xx is an error of the client, not of the server. */
function httpCode(value: OtlpValue | undefined, kind: number): number {
  const digits = value?.intValue ?? value?.stringValue;
  if (digits === undefined || !/^[+-]?\d+$/.test(digits)) return STATUS_UNSET;
  const status = Number(digits);
  if (status >= 400 && status < 500) {
    if (kind === KIND_SERVER) return STATUS_UNSET;
    if (kind === KIND_CLIENT) return STATUS_ERROR;
  }
  return status >= 100 && status < 399 ? STATUS_UNSET : STATUS_ERROR;
}
