import { type StoredProcess, unpackProcess } from '../../store/process-table.js';
import { dottedIp } from '../jaeger-view/go-text.js';
import type { OtlpTraces } from './otlp-json.js';
import { type Attributes, attributesOf, keyValues } from './otlp-values.js';

type Resource = OtlpTraces['resourceSpans'][number]['resource'];

/** Names that Jaeger's translation gives to tags of its clients. */
const HOST_NAME = 'host.name';
const EXPORTER_VERSION = 'opencensus.exporterversion';
const HOST_KEYS: readonly string[] = ['host.id', 'host.ip', HOST_NAME];
const ADDRESS_KEYS: readonly string[] = ['ip', 'peer.ipv4'];

/** Converts a process to a resource. */
export function resourceOf(process: StoredProcess, raw: boolean): Resource {
  const attributes = resourceAttributes(process);
  if (!raw) withAddressAttributes(attributes);
  attributes.set('service.name', { stringValue: process.serviceName });
  const { otlp } = unpackProcess(process.text);
  return {
    attributes: keyValues(attributes),
    droppedAttributesCount: otlp?.droppedAttributesCount,
  };
}

function resourceAttributes({ text }: StoredProcess): Attributes {
  const attributes = attributesOf(unpackProcess(text).tags);
  rename(attributes, 'hostname', HOST_NAME, '');
  rename(attributes, 'jaeger.version', EXPORTER_VERSION, 'Jaeger-');
  return attributes;
}

function rename(attributes: Attributes, from: string, to: string, prefix: string): void {
  const value = attributes.get(from);
  if (value === undefined || attributes.has(to)) return;
  attributes.delete(from);
  attributes.set(to, prefix === '' ? value : { stringValue: prefix + (value.stringValue ?? '') });
}

/** Identifies the host of a resource; empty if unknown. */
export function hostKeyOfResource(process: StoredProcess): string {
  const attributes = resourceAttributes(process);
  for (const key of HOST_KEYS) {
    const value = attributes.get(key);
    const text = value?.stringValue ?? value?.arrayValue?.values?.[0]?.stringValue;
    if (text !== undefined) return text;
  }
  return '';
}

/** Replaces IP addresses sent as numbers by dotted addresses, in place. */
export function withAddressAttributes(attributes: Attributes): void {
  for (const key of ADDRESS_KEYS) {
    const value = attributes.get(key);
    const number = Number(value?.intValue ?? value?.doubleValue ?? Number.NaN);
    if (Number.isFinite(number)) attributes.set(key, { stringValue: dottedIp(number) });
  }
}
