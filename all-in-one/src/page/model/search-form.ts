import { parseDuration } from './parse-duration.js';
import { formatQuery, parseQuery } from './query-string.js';
import { parseTagPairs } from './tag-pairs.js';

/** The search form, as text in the way it was typed. The page's own query string has the same names. */
export interface SearchForm {
  /** Empty: any. */
  readonly service: string;
  /** Empty: any. */
  readonly operation: string;
  /** `key=value` pairs. */
  readonly tags: string;
  /** Such as `1.2ms`; empty: no bound. */
  readonly minDuration: string;
  readonly maxDuration: string;
  /** One of `LOOKBACKS`. */
  readonly lookback: string;
  /** With lookback `custom`: microseconds since the Unix epoch; empty: no bound. */
  readonly start: string;
  readonly end: string;
  /** How many traces to answer, 1..`MAX_LIMIT`. */
  readonly limit: string;
}

/** A stretch of time before now. */
export interface Lookback {
  readonly value: string;
  readonly label: string;
  /** Undefined: without a bound, or as `start` and `end` say. */
  readonly micros: number | undefined;
}

const MICROS_PER_HOUR = 3_600_000_000;

/** The choices of the time range, `all` (the default) first. */
export const LOOKBACKS: readonly Lookback[] = [
  { value: 'all', label: 'any time', micros: undefined },
  { value: '5m', label: 'last 5 minutes', micros: MICROS_PER_HOUR / 12 },
  { value: '15m', label: 'last 15 minutes', micros: MICROS_PER_HOUR / 4 },
  { value: '1h', label: 'last hour', micros: MICROS_PER_HOUR },
  { value: '6h', label: 'last 6 hours', micros: 6 * MICROS_PER_HOUR },
  { value: '1d', label: 'last day', micros: 24 * MICROS_PER_HOUR },
  { value: '7d', label: 'last 7 days', micros: 168 * MICROS_PER_HOUR },
  { value: 'custom', label: 'from … to …', micros: undefined },
];

/** The most traces that one search asks for. */
export const MAX_LIMIT = 1_500;

/** What an empty form says: the latest 20 traces, whatever they are. */
export const EMPTY_FORM: SearchForm = {
  service: '',
  operation: '',
  tags: '',
  minDuration: '',
  maxDuration: '',
  lookback: 'all',
  start: '',
  end: '',
  limit: '20',
};

const FIELDS = Object.keys(EMPTY_FORM) as (keyof SearchForm)[];

/** The form that a query string of the page stands for. What it lacks has its default. */
export function formFromQuery(query: string): SearchForm {
  const parameters = parseQuery(query);
  const form = { ...EMPTY_FORM };
  for (const name of FIELDS) form[name] = parameters.get(name) ?? form[name];
  if (!LOOKBACKS.some(({ value }) => value === form.lookback)) form.lookback = EMPTY_FORM.lookback;
  return form;
}

/** The query string of the page for a form; defaults are left out. */
export function queryFromForm(form: SearchForm): string {
  const isCustom = form.lookback === 'custom';
  return formatQuery(
    FIELDS.filter((name) => isCustom || (name !== 'start' && name !== 'end'))
      .filter((name) => form[name] !== EMPTY_FORM[name])
      .map((name) => [name, form[name].trim()] as const),
  );
}

/** What is wrong with each field that cannot be searched for; empty when all is well. */
export function formProblems(form: SearchForm): Partial<Record<keyof SearchForm, string>> {
  const problems: Partial<Record<keyof SearchForm, string>> = {};
  const { wrong } = parseTagPairs(form.tags);
  if (wrong !== undefined) problems.tags = `not key=value: ${wrong.slice(0, 40)}`;
  for (const name of ['minDuration', 'maxDuration'] as const) {
    if (form[name].trim() !== '' && parseDuration(form[name]) === undefined) {
      problems[name] = 'a number and a unit, such as 1.2ms, 100us or 2s';
    }
  }
  const limit = Number(form.limit);
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT)) {
    problems.limit = `1 to ${MAX_LIMIT}`;
  }
  if (form.lookback === 'custom' && form.start !== '' && form.end !== '') {
    if (Number(form.start) > Number(form.end)) problems.end = 'ends before it starts';
  }
  return problems;
}

const BESIDE_SERVICE = FIELDS.filter((name) => name !== 'service' && name !== 'limit');

/** Whether a form asks for more than traces of a service. */
export function isMoreThanService(form: SearchForm): boolean {
  return BESIDE_SERVICE.some((name) => form[name] !== EMPTY_FORM[name]);
}

/** A sender's clock may be ahead of ours: the last hours reach a day into the future. */
const AHEAD_MICROS = 24 * MICROS_PER_HOUR;

/** The first and the last moment that the server reads: 64 bits with a sign, of which no number holds all. */
const EARLIEST = '-9223372036854775808';
const LATEST = '9223372036854775807';

/** The query string of `/api/traces` for a form without problems. `nowMicros`: since the Unix epoch. */
export function apiQuery(form: SearchForm, nowMicros: number): string {
  const { tags } = parseTagPairs(form.tags);
  const { start, end } = timeRange(form, nowMicros);
  return formatQuery([
    ['service', form.service],
    ['operation', form.operation],
    ['tags', tags.size === 0 ? undefined : JSON.stringify(Object.fromEntries(tags))],
    ['minDuration', apiDuration(form.minDuration)],
    ['maxDuration', apiDuration(form.maxDuration)],
    ['lookback', 'custom'],
    ['start', start],
    ['end', end],
    ['limit', form.limit.trim()],
  ]);
}

/** A duration in the one unit that every server reads. */
function apiDuration(text: string): string | undefined {
  const micros = parseDuration(text);
  return micros === undefined ? undefined : `${micros}us`;
}

/** From when to when a form searches, in microseconds since the Unix epoch. */
function timeRange(form: SearchForm, nowMicros: number): { start: string; end: string } {
  if (form.lookback === 'custom') {
    return { start: moment(form.start) ?? EARLIEST, end: moment(form.end) ?? LATEST };
  }
  const micros = LOOKBACKS.find(({ value }) => value === form.lookback)?.micros;
  if (micros === undefined) return { start: EARLIEST, end: LATEST };
  return { start: String(nowMicros - micros), end: String(nowMicros + AHEAD_MICROS) };
}

/** What the server reads as a moment: in an address anything may stand. */
function moment(text: string): string | undefined {
  return /^-?\d{1,18}$/.test(text) ? text : undefined;
}

/** What an `<input type="datetime-local">` shows for a time; empty for none. */
export function toLocalInput(micros: string): string {
  if (micros === '') return '';
  const date = new Date(Number(micros) / 1_000);
  if (Number.isNaN(date.getTime())) return '';
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}

/** The opposite: microseconds as text; empty for what is no time. */
export function fromLocalInput(value: string): string {
  const ms = value === '' ? Number.NaN : new Date(value).getTime();
  return Number.isNaN(ms) ? '' : String(ms * 1_000);
}
