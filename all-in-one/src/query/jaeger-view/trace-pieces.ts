import type { StoredTrace } from '../../store/stored-trace.js';
import { exactJson } from './exact-json.js';
import type { JsonSpan } from './jaeger-json.js';
import { jaegerTrace, type ViewOptions } from './jaeger-trace.js';
import type { JsonTag } from './json-tags.js';

/** Spans per piece. */
const SPANS_IN_PIECE = 200;

/** The JSON of a trace in the format of Jaeger's API, in pieces. */
export function* tracePieces(trace: StoredTrace, options: ViewOptions): Generator<string> {
  const { traceID, spans, processes, warnings } = jaegerTrace(trace, options);
  yield `{"traceID":${JSON.stringify(traceID)},"spans":[`;
  for (let i = 0; i < spans.length; i += SPANS_IN_PIECE) {
    const texts = spans.slice(i, i + SPANS_IN_PIECE).map(spanText);
    yield (i === 0 ? '' : ',') + texts.join();
  }
  const hasMinusZero = Object.values(processes).some(({ tags }) => tags.some(isMinusZero));
  const rest = exactJson(processes, hasMinusZero);
  yield `],"processes":${rest},"warnings":${JSON.stringify(warnings)}}`;
}

function spanText(span: JsonSpan): string {
  const hasMinusZero =
    span.tags.some(isMinusZero) || span.logs.some(({ fields }) => fields.some(isMinusZero));
  return exactJson(span, hasMinusZero);
}

function isMinusZero({ value }: JsonTag): boolean {
  return Object.is(value, -0);
}
