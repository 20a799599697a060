import { hexOfWord } from '../context/id-words.js';
import { setOwn } from '../context/own-property.js';
import type { IdSource } from '../context/random-ids.js';
import type { GuardedPlatform } from '../host/guarded-platform.js';
import type { KeyValue } from '../span/span-data.js';

/** Keys of the process tags that the tracer sets. */
const JAEGER_CLIENT_VERSION_TAG_KEY = 'jaeger.version';
const TRACER_HOSTNAME_TAG_KEY = 'hostname';
const TRACER_CLIENT_ID_TAG_KEY = 'client-uuid';
const PROCESS_IP = 'ip';

/** The part of the platform that the process tags use. */
export type ProcessHost = Pick<GuardedPlatform, 'hostname' | 'ip'>;

/** The sender of spans: service name and process tags. */
export interface Process {
  readonly serviceName: string;
  readonly tags: KeyValue[];
  /** A random id of this tracer, the value of the tag `client-uuid`. It is drawn when it is first read. */
  readonly uuid: string;
}

/**
 * The process tags in jaeger-client's order: user tags, `jaeger.version`, `hostname`, `ip`, `client-uuid`. A
 * user's `hostname` and `ip` win unless they are empty. A user's other two are overwritten. `uuid` is called
 * whenever `client-uuid` is read.
 */
export function processTags(
  userTags: Record<string, unknown>,
  version: string,
  uuid: () => string,
  host: ProcessHost,
): Record<string, unknown> {
  const tags: Record<string, unknown> = {};
  for (const key of Object.keys(userTags)) setOwn(tags, key, userTags[key]);
  tags[JAEGER_CLIENT_VERSION_TAG_KEY] = version;
  tags[TRACER_HOSTNAME_TAG_KEY] ||= host.hostname();
  tags[PROCESS_IP] ||= host.ip();
  return withDrawn(tags, TRACER_CLIENT_ID_TAG_KEY, uuid);
}

/** Who reports, from its tags as an object. `uuid` is called whenever it is read. */
export function processOf(
  serviceName: string,
  tags: Record<string, unknown>,
  uuid: () => string,
): Process {
  const list = Object.keys(tags).map((key): KeyValue =>
    key === TRACER_CLIENT_ID_TAG_KEY
      ? withDrawn({ key }, 'value', uuid)
      : { key, value: tags[key] },
  );
  return withDrawn({ serviceName, tags: list }, 'uuid', uuid);
}

/** A function that draws once, when it is first called. */
export function drawnOnce(draw: () => string): () => string {
  let drawn: string | undefined;
  return () => (drawn ??= draw());
}

/** Adds a property that is drawn when it is read; it may be set, as any other. */
function withDrawn<T extends object, K extends string>(
  object: T,
  key: K,
  draw: () => string,
): T & Record<K, string> {
  const set = (value: unknown): void => {
    Object.defineProperty(object, key, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  };
  Object.defineProperty(object, key, { get: draw, set, configurable: true, enumerable: true });
  return object as T & Record<K, string>;
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
