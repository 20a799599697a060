import { hexOfWord } from '../context/id-words.js';
import { setOwn } from '../context/own-property.js';
import type { IdSource } from '../context/random-ids.js';
import type { Platform } from '../host/platform.js';
import type { KeyValue } from '../span/span-data.js';

/** Keys of the process tags that the tracer sets. */
const JAEGER_CLIENT_VERSION_TAG_KEY = 'jaeger.version';
const TRACER_HOSTNAME_TAG_KEY = 'hostname';
const TRACER_CLIENT_ID_TAG_KEY = 'client-uuid';
const PROCESS_IP = 'ip';

/** The sender of spans: service name and process tags. */
export interface Process {
  readonly serviceName: string;
  readonly tags: KeyValue[];
  /** A random id of this tracer, the value of the tag `client-uuid`. */
  readonly uuid: string;
}

/**
 * The process tags in jaeger-client's order: user tags, `jaeger.version`, `hostname`, `ip`, `client-uuid`. A
 * user's `hostname` and `ip` win unless they are empty. A user's other two are overwritten.
 */
export function processTags(
  userTags: Record<string, unknown>,
  version: string,
  uuid: string,
  platform: Platform,
): Record<string, unknown> {
  const tags: Record<string, unknown> = {};
  for (const key of Object.keys(userTags)) setOwn(tags, key, userTags[key]);
  tags[JAEGER_CLIENT_VERSION_TAG_KEY] = version;
  tags[TRACER_HOSTNAME_TAG_KEY] ||= platform.hostname?.() ?? '';
  tags[PROCESS_IP] ||= platform.ip?.() ?? '0.0.0.0';
  tags[TRACER_CLIENT_ID_TAG_KEY] = uuid;
  return tags;
}

/** The entries of an object as tags, in the order of its keys. */
export function tagsOf(tags: Record<string, unknown>): KeyValue[] {
  return Object.keys(tags).map((key) => ({ key, value: tags[key] }));
}

/** A random UUID, version 4 (RFC 9562). */
export function uuid4(ids: IdSource): string {
  const [a, b, c, d] = [ids.word(), ids.word(), ids.word(), ids.word()];
  const hex =
    hexOfWord(a) +
    hexOfWord((b & 0xffff_0fff) | 0x4000) +
    hexOfWord((c & 0x3fff_ffff) | 0x8000_0000) +
    hexOfWord(d);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
