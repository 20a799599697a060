import type { StoredTrace } from '../../store/stored-trace.js';
import type { TraceStore } from '../../store/trace-store.js';
import type { Exchange } from '../../http/answer.js';
import { HttpError } from '../../http/http-error.js';
import { dependencies } from './dependencies.js';
import { answerData, ENVELOPE_START, envelopeEnd, type EnvelopeError } from './envelope.js';
import { parseBool, parseInteger } from './go-parse.js';
import { answerPieces } from './json-stream.js';
import { asBadRequest, parsed, readTraceQuery } from './query-params.js';
import { countTraces, findTraces } from '../search/search.js';
import { summaryOf } from './summaries.js';
import { traceIdIn } from './trace-id.js';
import { checkAnswerable, tooLargeToAnswer } from './trace-size.js';
import { tracePieces } from '../jaeger-view/trace-pieces.js';

/** What the API needs of the collector. */
export interface ApiHost {
  readonly store: TraceStore;
  /** The current time in milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Default of `lookback`, in milliseconds: one day. */
const DEFAULT_DEPENDENCY_LOOKBACK_MS = 24 * 3600 * 1000;
const TRACE_NOT_FOUND = 'trace not found';

/** Answers paths below `/api/` except `/api/v3/`. Resolves with false for an unknown path. */
export async function handleApi(exchange: Exchange, host: ApiHost): Promise<boolean> {
  const path = exchange.url.pathname.slice('/api/'.length).split('/').map(decodedSegment);
  const [name, id, last] = path;
  if (path.length === 3 && name === 'services' && last === 'operations') {
    answerOperationNames(exchange, host, id!);
    return true;
  }
  if (path.length === 2 && name === 'traces' && id !== '') {
    await answerTrace(exchange, host, id!);
    return true;
  }
  const answerIt = path.length === 1 ? ANSWERS.get(name!) : undefined;
  await answerIt?.(exchange, host);
  return answerIt !== undefined;
}

const ANSWERS: ReadonlyMap<string, (exchange: Exchange, host: ApiHost) => void | Promise<void>> =
  new Map([
    ['services', answerServices],
    ['operations', answerOperations],
    ['traces', answerSearch],
    ['summaries', answerSummaries],
    ['dependencies', answerDependencies],
  ]);

function decodedSegment(segment: string): string {
  try {
    return decodeURIComponent(segment.replaceAll('+', ' '));
  } catch {
    throw new HttpError(400, `malformed path: ${segment}`);
  }
}

function answerServices(exchange: Exchange, { store }: ApiHost): void {
  const names = store.catalog.serviceNames();
  answerData(exchange, names.length > 0 ? names : null, names.length);
}

function answerOperationNames(exchange: Exchange, { store }: ApiHost, service: string): void {
  const names = [...new Set(store.catalog.operations(service).map(({ name }) => name))];
  answerData(exchange, names.length > 0 ? names : null, names.length);
}

function answerOperations(exchange: Exchange, { store }: ApiHost): void {
  const params = exchange.url.searchParams;
  const service = params.get('service') ?? '';
  if (service === '') throw new HttpError(400, "parameter 'service' is required");
  const operations = store.catalog.operations(service, params.get('spanKind') ?? '');
  const data = operations.map(({ name, kind }) => ({ name, spanKind: kind }));
  answerData(exchange, data, data.length);
}

async function answerTrace(exchange: Exchange, { store }: ApiHost, text: string): Promise<void> {
  const params = exchange.url.searchParams;
  const trace = store.get(asBadRequest('', () => traceIdIn(store, text)));
  const raw = parsed(params, 'raw', parseBool, false);
  if (trace === undefined) throw new HttpError(404, TRACE_NOT_FOUND);
  checkAnswerable(trace);
  await answerPieces(exchange, envelope([trace], raw, null));
}

async function answerSearch(exchange: Exchange, { store, now }: ApiHost): Promise<void> {
  const query = readTraceQuery(exchange.url.searchParams, now() * 1_000, store);
  const { search, traceIDs, raw } = query;
  const missing = traceIDs.filter((traceID) => store.get(traceID) === undefined);
  const found =
    traceIDs.length > 0
      ? traceIDs.flatMap((traceID) => store.get(traceID) ?? [])
      : findTraces(store, search);
  const errors: EnvelopeError[] = missing.map((traceID) => ({ msg: TRACE_NOT_FOUND, traceID }));
  const answered = found.filter((trace) => {
    const msg = tooLargeToAnswer(trace);
    if (msg !== undefined) errors.push({ msg, traceID: trace.traceID });
    return msg === undefined;
  });
  await answerPieces(exchange, envelope(answered, raw, errors.length > 0 ? errors : null));
}

function* envelope(
  traces: readonly StoredTrace[],
  raw: boolean,
  errors: readonly EnvelopeError[] | null,
): Generator<string> {
  yield `${ENVELOPE_START}[`;
  for (let i = 0; i < traces.length; i++) {
    if (i > 0) yield ',';
    yield* tracePieces(traces[i]!, { raw });
  }
  yield `]${envelopeEnd(0, errors)}`;
}

function answerSummaries(exchange: Exchange, { store, now }: ApiHost): void {
  const params = exchange.url.searchParams;
  const { search, traceIDs } = readTraceQuery(params, now() * 1_000, store, {
    isServiceNeeded: false,
  });
  if (traceIDs.length > 0) {
    const traces = traceIDs.flatMap((traceID) => store.get(traceID) ?? []);
    answerData(exchange, traces.map(summaryOf), traces.length);
  } else {
    const traces = findTraces(store, search);
    const total = traces.length < search.limit ? traces.length : countTraces(store, search);
    answerData(exchange, traces.map(summaryOf), total);
  }
}

function answerDependencies(exchange: Exchange, { store, now }: ApiHost): void {
  const params = exchange.url.searchParams;
  const endMs = parsed(params, 'endTs', parseInteger, now());
  const lookbackMs = parsed(params, 'lookback', parseInteger, DEFAULT_DEPENDENCY_LOOKBACK_MS);
  const service = params.get('service') ?? '';
  const links = dependencies(store, (endMs - lookbackMs) * 1_000, endMs * 1_000);
  const wanted = links.filter(
    ({ parent, child }) => service === '' || parent === service || child === service,
  );
  answerData(exchange, wanted);
}
