import type { FinishedSpan } from '../span/finished-span.js';
import { cutText } from '../text/cut.js';
import { bytesOfValue } from '../text/value-bytes.js';
import { textOfKey, textOfValue } from '../text/value-text.js';
import { isBufferLimitError, type ThriftWriter } from '../thrift/thrift-writer.js';
import { writeLog, writeSpan } from '../wire/span-encoder.js';
import type { Encoding } from '../wire/tag-encoder.js';

/** The tag that says what was left out, and cut. Ours alone: neither OpenTracing nor Jaeger has one. */
export const TRIMMED_TAG = 'spoor.trimmed';
/** What a text that was cut ends with. */
const CUT_MARK = '…[truncated]';
/** Values are cut to no less than this: UTF-16 units of a text, bytes of a BINARY. */
const SHORTEST_CUT = 64;
/** Values that the tag names; the others are only counted. */
const NAMED_VALUES = 5;
/** UTF-16 units of a name in that tag. */
const NAME_UNITS = 40;
/** Texts that are made of objects, together, in messages: more than one of those cannot be sent. */
const TEXT_BUDGET_MESSAGES = 4;

/** What a list of logs takes besides the logs, and the tag when its numbers have more digits. */
const LIST_BYTES = 32;

/** `key, value ...` with texts, numbers, booleans and bytes alone: nothing in it runs the application's code. */
type PlainFlat = unknown[];

/** One log: `timestamp, n, key, value ...`. */
type PlainLog = unknown[];

/**
 * Makes a span fit into a message that is too small for it: first logs are left out, the oldest of the
 * middle before others (as jaeger-client-go keeps its `MaxLogsPerSpan`: the first half and the latest
 * half); then the longest values are cut, of tags and of the logs that are left; then the last logs go.
 * A tag, `spoor.trimmed`, says what was done.
 *
 * How many logs stay is known from the size of each; how long values may be is found by trying, halving
 * what is in question. That is a dozen encodings of one message's size at most, for a span that would
 * be lost otherwise.
 */
export class SpanTrimmer {
  private readonly writer: ThriftWriter;
  private readonly encoding: Encoding;

  /** `writer`: what it holds from `position` 0 on is overwritten. */
  constructor(writer: ThriftWriter, encoding: Encoding) {
    this.writer = writer;
    this.encoding = encoding;
  }

  /**
   * The span in at most `maxBytes`, as a view into the writer; undefined where it cannot be made to
   * fit. Runs the application's code (`toJSON`) once.
   */
  trim(span: FinishedSpan, maxBytes: number): Uint8Array | undefined {
    const writer = this.writer;
    writer.maxBytes = 3 * maxBytes + SHORTEST_CUT;
    const attempt = new Attempt(span, maxBytes, writer, this.encoding);
    if (!attempt.fits(0, SHORTEST_CUT)) return undefined;
    if (attempt.logCount > 0 && attempt.fits(1, maxBytes)) {
      return attempt.encoded(attempt.logsThatFit(), maxBytes) ?? attempt.encoded(1, maxBytes);
    }
    const logs = attempt.fits(1, SHORTEST_CUT) ? 1 : 0;
    const length = largest(SHORTEST_CUT, maxBytes, (cut) => attempt.fits(logs, cut));
    return attempt.encoded(logs, length);
  }
}

/** One span, encoded with fewer logs and shorter values. */
class Attempt {
  private readonly span: FinishedSpan;
  private readonly maxBytes: number;
  private readonly writer: ThriftWriter;
  private readonly encoding: Encoding;
  private readonly texts: Texts;
  private readonly tags: PlainFlat;
  private readonly logs: PlainLog[];

  constructor(span: FinishedSpan, maxBytes: number, writer: ThriftWriter, encoding: Encoding) {
    this.span = span;
    this.maxBytes = maxBytes;
    this.writer = writer;
    this.encoding = encoding;
    this.texts = new Texts(maxBytes, Math.min(maxBytes, encoding.maxValueLength));
    this.tags = this.texts.plain(span.ownTags ?? []);
    this.logs = logsOf(span.flatLogs ?? []).map((log) => this.texts.plain(log));
  }

  get logCount(): number {
    return this.logs.length;
  }

  /** Whether it fits with so many logs, and values of at most that length. */
  fits(logs: number, valueLength: number): boolean {
    return this.encoded(logs, valueLength) !== undefined;
  }

  /** How many logs may stay beside all else. */
  logsThatFit(): number {
    const { logs } = this;
    let room = this.maxBytes - (this.encoded(0, this.maxBytes)?.length ?? 0) - LIST_BYTES;
    let count = 0;
    // In the order in which `keptLogs` takes them in: the latest, then one of the first, and so on.
    for (; count < logs.length; count++) {
      const isFirst = count > 0 && count % 2 === 0;
      const index = isFirst ? count / 2 - 1 : logs.length - 1 - ((count + 1) >> 1);
      room -= this.sizeOf(logs[index]!);
      if (room < 0) break;
    }
    return count;
  }

  /** In bytes; infinite for a log that is far too large. */
  private sizeOf(log: PlainLog): number {
    const { writer, encoding } = this;
    return this.write(() => writeLog(writer, log, 0, encoding)) ?? Number.POSITIVE_INFINITY;
  }

  /** What it wrote, in bytes; undefined where that was far too much. */
  private write(write: () => void): number | undefined {
    const { writer } = this;
    writer.attach(writer.buffer, 0);
    try {
      write();
    } catch (error) {
      if (isBufferLimitError(error)) return undefined;
      throw error;
    }
    return writer.position;
  }

  encoded(logs: number, valueLength: number): Uint8Array | undefined {
    const { writer, encoding, span } = this;
    const kept = keptLogs(this.logs, logs);
    const isShorter = valueLength < encoding.maxValueLength;
    const what = this.whatIsCut(kept, isShorter ? valueLength : Number.POSITIVE_INFINITY);
    const shorter = isShorter
      ? { ...encoding, maxValueLength: valueLength, cutMark: CUT_MARK }
      : encoding;
    const tags = [...this.tags, TRIMMED_TAG, what];
    const size = this.write(() => writeSpan(writer, span, shorter, tags, kept.flat()));
    return size !== undefined && size <= this.maxBytes ? writer.view() : undefined;
  }

  private whatIsCut(kept: readonly PlainLog[], valueLength: number): string {
    const what: string[] = [];
    const left = this.logs.length - kept.length;
    if (left > 0) what.push(`${left} of ${this.logs.length} logs dropped`);
    const names: string[] = [];
    let cut = 0;
    for (const flat of [this.tags, ...kept.map((log) => log.slice(2))]) {
      for (let i = 0; i < flat.length; i += 2) {
        const value = flat[i + 1] as { readonly length?: number };
        if (value.length === undefined || value.length <= valueLength) continue;
        cut++;
        if (cut > NAMED_VALUES) continue;
        const more = this.texts.unfinished.has(value) ? '+' : '';
        names.push(`${cutText(textOfKey(flat[i]), NAME_UNITS)} (${value.length}${more})`);
      }
    }
    if (cut > NAMED_VALUES) names.push(`${cut - NAMED_VALUES} more`);
    if (cut > 0) what.push(`values truncated to ${valueLength}: ${names.join(', ')}`);
    return what.join('; ');
  }
}

/** Makes texts of values, once, and no more of them than a few messages hold. */
class Texts {
  /** Texts that ended at their limit. */
  readonly unfinished: Set<unknown> = new Set();
  private room: number;
  private readonly maxUnits: number;

  constructor(maxBytes: number, maxUnits: number) {
    this.room = TEXT_BUDGET_MESSAGES * maxBytes;
    this.maxUnits = maxUnits;
  }

  plain(flat: readonly unknown[]): PlainFlat {
    return flat.map((value) => this.plainValue(value));
  }

  private plainValue(value: unknown): unknown {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      return value;
    }
    const bytes = bytesOfValue(value);
    if (bytes !== undefined) return bytes;
    const limit = Math.max(SHORTEST_CUT, Math.min(this.maxUnits, this.room));
    const text = textOfValue(value, limit);
    if (text.length === limit) this.unfinished.add(text);
    this.room -= text.length;
    return text;
  }
}

function logsOf(flat: readonly unknown[]): PlainLog[] {
  const logs: PlainLog[] = [];
  for (let i = 0; i < flat.length;) {
    const end = i + 2 + 2 * (flat[i + 1] as number);
    logs.push(flat.slice(i, end));
    i = end;
  }
  return logs;
}

/** The first of the logs and the latest, half and half; of an odd number, one more of the latest. */
function keptLogs(logs: readonly PlainLog[], count: number): readonly PlainLog[] {
  if (count >= logs.length) return logs;
  const first = Math.max(0, (count - 1) >> 1);
  return [...logs.slice(0, first), ...logs.slice(logs.length - (count - first))];
}

/** The largest number from `low` to `high` that is good, where `low` is and none past a bad one. */
function largest(low: number, high: number, isGood: (value: number) => boolean): number {
  let [good, bad] = [low, high + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isGood(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
