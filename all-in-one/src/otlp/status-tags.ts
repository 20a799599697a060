import type { OtlpScope, Tag } from '../model/span.js';
import type { OtlpSpan } from './otlp-request.js';
import { textTag } from './to-tags.js';

/** Values of Jaeger's tag `span.kind`, by OTLP's number. */
export const KIND_NAMES: readonly string[] = [
  '',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];

export const STATUS_OK = 1;
export const STATUS_ERROR = 2;

/** Jaeger's tags for what OTLP has fields for. */
export function statusTags(span: OtlpSpan, scope: OtlpScope | undefined): Tag[] {
  const { kind, statusCode, statusMessage, traceState } = span;
  const kindName = KIND_NAMES[kind] ?? '';
  return [
    ...textTags('otel.scope.name', scope?.name),
    ...textTags('otel.scope.version', scope?.version),
    ...textTags('span.kind', kindName),
    ...codeTags(statusCode),
    ...textTags('otel.status_description', statusMessage),
    ...textTags('w3c.tracestate', traceState),
  ];
}

function textTags(key: string, value: string = ''): Tag[] {
  return value === '' ? [] : [textTag(key, value)];
}

function codeTags(statusCode: number): Tag[] {
  if (statusCode === STATUS_OK) return [textTag('otel.status_code', 'OK')];
  if (statusCode !== STATUS_ERROR) return [];
  return [textTag('otel.status_code', 'ERROR'), { key: 'error', type: 'bool', value: true }];
}
