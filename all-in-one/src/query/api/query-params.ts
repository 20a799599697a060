import { HttpError } from '../../http/http-error.js';
import { parseBool, parseDuration, parseInteger, ParseError } from './go-parse.js';
import type { TraceStore } from '../../store/trace-store.js';
import { traceIdIn } from './trace-id.js';
import type { Search } from '../search/search.js';

/** A query for `/api/traces`. */
export interface TraceQuery {
  readonly search: Search;
  /** If not empty, these replace the search. */
  readonly traceIDs: readonly string[];
  readonly raw: boolean;
}

const DEFAULT_LIMIT = 100;
/** Default of `start`: two days back, in microseconds. */
const DEFAULT_LOOKBACK = 2 * 24 * 3600 * 1_000_000;

/**
 * Reads the parameters of `/api/traces`. `now` is in microseconds since the Unix epoch. Throws `HttpError` 400
 * with Jaeger's messages.
 */
export function readTraceQuery(
  params: URLSearchParams,
  now: number,
  store: TraceStore,
  { isServiceNeeded = true }: { readonly isServiceNeeded?: boolean } = {},
): TraceQuery {
  const service = params.get('service') ?? '';
  const search: Search = {
    service,
    operation: params.get('operation') ?? '',
    startMin: parsed(params, 'start', parseInteger, now - DEFAULT_LOOKBACK),
    startMax: parsed(params, 'end', parseInteger, now),
    tags: readTags(params),
    limit: readLimit(params),
    durationMin: parsed(params, 'minDuration', parseDuration, 0) / 1_000,
    durationMax: parsed(params, 'maxDuration', parseDuration, 0) / 1_000,
  };
  const traceIDs = params.getAll('traceID').map((id) => readTraceId(id, store));
  const raw = parsed(params, 'raw', parseBool, false);
  if (isServiceNeeded && traceIDs.length === 0 && service === '') {
    throw new HttpError(400, "parameter 'service' is required");
  }
  checkDurations(search);
  return { search, traceIDs, raw };
}

function checkDurations({ durationMin, durationMax }: Search): void {
  if (durationMin !== 0 && durationMax !== 0 && durationMax < durationMin) {
    throw new HttpError(400, "'maxDuration' should be greater than 'minDuration'");
  }
}

/** Parses a parameter; the default if it is absent or empty. */
export function parsed<T>(
  params: URLSearchParams,
  name: string,
  parse: (text: string) => T,
  byDefault: T,
): T {
  const text = params.get(name) ?? '';
  if (text === '') return byDefault;
  return asBadRequest(`unable to parse param '${name}': `, () => parse(text));
}

/** Turns a `ParseError` into a 400. */
export function asBadRequest<T>(prefix: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ParseError) throw new HttpError(400, `${prefix}${error.message}`);
    throw error;
  }
}

function readTraceId(text: string, store: TraceStore): string {
  return asBadRequest('cannot parse traceID param: ', () => traceIdIn(store, text));
}

function readLimit(params: URLSearchParams): number {
  const text = params.get('limit') ?? '';
  const limit = text === '' ? DEFAULT_LIMIT : asBadRequest('', () => parseInteger(text));
  if (limit > 0) return limit;
  throw new HttpError(400, 'search depth must be greater than 0 and less than max traces');
}

/** Reads `tag=key:value` and `tags={"key":"value"}`, any number of each. */
function readTags(params: URLSearchParams): Map<string, string> {
  const tags = new Map<string, string>();
  for (const tag of params.getAll('tag')) {
    const colon = tag.indexOf(':');
    if (colon < 0) {
      const message = `malformed 'tag' parameter, expecting key:value, received: ${tag}`;
      throw new HttpError(400, message);
    }
    tags.set(tag.slice(0, colon), tag.slice(colon + 1));
  }
  for (const json of params.getAll('tags')) {
    for (const [key, value] of Object.entries(readTagsObject(json))) tags.set(key, value);
  }
  return tags;
}

function readTagsObject(json: string): Readonly<Record<string, string>> {
  let tags: unknown;
  try {
    tags = JSON.parse(json);
  } catch (error) {
    throw malformedTags((error as Error).message);
  }
  if (tags === null) return {};
  if (typeof tags !== 'object' || Array.isArray(tags)) throw malformedTags('not an object');
  if (Object.values(tags).every((value) => typeof value === 'string')) {
    return tags as Readonly<Record<string, string>>;
  }
  throw malformedTags('every value must be a string');
}

function malformedTags(why: string): HttpError {
  return new HttpError(400, `malformed 'tags' parameter, cannot unmarshal JSON: ${why}`);
}
