import { hexOfWord } from '../context/id-words.js';
import { setOwn } from '../context/own-property.js';
import type { IdSource } from '../context/random-ids.js';
import type { Platform } from '../host/platform.js';
import type { KeyValue } from '../span/span-data.js';

/** Process tags that the tracer sets. */
const JAEGER_CLIENT_VERSION_TAG_KEY = 'jaeger.version';
const TRACER_HOSTNAME_TAG_KEY = 'hostname';
const TRACER_CLIENT_ID_TAG_KEY = 'client-uuid';
const PROCESS_IP = 'ip';

/** Who reports: the service's name and the tags of its process. */
export interface Process {
  readonly serviceName: string;
  readonly tags: KeyValue[];
  /** A random id of this tracer: the value of `client-uuid`. */
  readonly uuid: string;
}

/**
 * The process tags in jaeger-client's order: the user's, `jaeger.version`, `hostname`, `ip` and
 * `client-uuid`. The user's `hostname` and `ip` win unless they are empty; the others are ours.
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

/** The tags of an object, in the order of its keys. */
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
