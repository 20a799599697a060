import type { StoredTrace } from '../../store/stored-trace.js';
import { answerJson, type Exchange } from '../../http/answer.js';
import { HttpError } from '../../http/http-error.js';
import type { ApiHost } from './api.js';
import { exactJson } from '../jaeger-view/exact-json.js';
import { parseBool, parseCount, parseDuration, parseTime } from './go-parse.js';
import { answerPieces } from './json-stream.js';
import { otlpTraces } from '../otlp-view/otlp-trace.js';
import { asBadRequest } from './query-params.js';
import { traceIdIn } from './trace-id.js';
import { checkAnswerable } from './trace-size.js';
import { findTraces, type Search } from '../search/search.js';

const PREFIX = '/api/v3/';

/** Answers paths below `/api/v3/`, as Jaeger does. Resolves with false for an unknown path. */
export async function handleApiV3(exchange: Exchange, host: ApiHost): Promise<boolean> {
  const path = exchange.url.pathname.slice(PREFIX.length);
  const { store } = host;
  const params = exchange.url.searchParams;
  if (path === 'services') {
    answerJson(exchange, 200, { services: store.catalog.serviceNames() });
  } else if (path === 'operations') {
    answerJson(exchange, 200, { operations: operationsOf(params, host) });
  } else if (path === 'traces') {
    const query = new V3Params(params);
    await answerTraces(exchange, findTraces(store, searchOf(query)), query.bool('raw_traces'));
  } else if (/^traces\/[^/]+$/.test(path)) {
    const id = asBadRequest('malformed parameter trace_id: ', () =>
      traceIdIn(store, decodedId(path.slice(7))),
    );
    const trace = store.get(id);
    const raw = new V3Params(params, '').bool('raw_traces');
    await answerTraces(exchange, trace === undefined ? [] : [trace], raw);
  } else {
    return false;
  }
  return true;
}

function decodedId(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Omits empty fields, as protobuf's JSON does. */
function operationsOf(params: URLSearchParams, { store }: ApiHost): object[] {
  const service = params.get('service') ?? '';
  const kind = params.get('span_kind') ?? params.get('spanKind') ?? '';
  return store.catalog.operations(service, kind).map((operation) => ({
    ...(operation.name === '' ? undefined : { name: operation.name }),
    ...(operation.kind === '' ? undefined : { spanKind: operation.kind }),
  }));
}

async function answerTraces(
  exchange: Exchange,
  traces: readonly StoredTrace[],
  raw: boolean,
): Promise<void> {
  if (traces.length === 0) throw new HttpError(404, 'No traces found');
  traces.forEach(checkAnswerable);
  await answerPieces(exchange, pieces(traces, raw));
}

function* pieces(traces: readonly StoredTrace[], raw: boolean): Generator<string> {
  yield '{"result":{"resourceSpans":[';
  for (let i = 0; i < traces.length; i++) {
    const { resourceSpans } = otlpTraces([traces[i]!], raw);
    if (i > 0) yield ',';
    yield resourceSpans.map((part) => exactJson(part, true)).join();
  }
  yield ']}}';
}

function searchOf(query: V3Params): Search {
  const startMin = query.text('start_time_min');
  const startMax = query.text('start_time_max');
  if (startMin === '' || startMax === '') {
    const message = 'query.start_time_min and query.start_time_max are required';
    throw new HttpError(400, message);
  }
  const limit = query.parsed('num_traces', parseCount, 0);
  const search: Search = {
    service: query.text('service_name'),
    operation: query.text('operation_name'),
    tags: query.attributes(),
    startMin: query.parsed('start_time_min', parseTime, 0),
    startMax: query.parsed('start_time_max', parseTime, 0),
    durationMin: query.parsed('duration_min', parseDuration, 0) / 1_000,
    durationMax: query.parsed('duration_max', parseDuration, 0) / 1_000,
    limit,
  };
  if (limit > 0) return search;
  throw new HttpError(400, 'search depth must be greater than 0 and less than max traces');
}

/** Reads parameters in snake_case, or in lowerCamelCase as in newer versions of Jaeger. */
class V3Params {
  private readonly params: URLSearchParams;
  private readonly prefix: string;

  constructor(params: URLSearchParams, prefix: string = 'query.') {
    this.params = params;
    this.prefix = prefix;
  }

  text(name: string): string {
    const camel = name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    const { params, prefix } = this;
    return params.get(prefix + name) ?? params.get(prefix + camel) ?? '';
  }

  parsed<T>(name: string, parse: (text: string) => T, byDefault: T): T {
    const text = this.text(name);
    const parameter = `${this.prefix}${name}`;
    if (text === '') return byDefault;
    return asBadRequest(`malformed parameter ${parameter}: `, () => parse(text));
  }

  bool(name: string): boolean {
    return this.parsed(name, parseBool, false);
  }

  /** `query.attributes`: a JSON object of strings. */
  attributes(): ReadonlyMap<string, string> {
    const text = this.text('attributes');
    if (text === '') return new Map();
    try {
      const pairs = Object.entries((JSON.parse(text) ?? {}) as Record<string, unknown>);
      return new Map(pairs.map(([key, value]) => [key, String(value)]));
    } catch (error) {
      const message = `malformed parameter query.attributes: ${(error as Error).message}`;
      throw new HttpError(400, message);
    }
  }
}
