import { cutText } from '../text/cut.js';
import { bytesOfValue } from '../text/value-bytes.js';
import { textOfKey, textOfValue } from '../text/value-text.js';
import type { ThriftWriter } from '../thrift/thrift-writer.js';
import { Kept, type KeptTag } from './kept.js';

/** jaeger.thrift `enum TagType`. */
const TAG_STRING = 0;
const TAG_DOUBLE = 1;
const TAG_BOOL = 2;
const TAG_LONG = 3;
const TAG_BINARY = 4;

/** What a tracer's options say of values. */
export interface ValueOptions {
  /** Integers as DOUBLE, as jaeger-client sent them, and not as LONG. */
  readonly numbersAsDouble: boolean;
  /** UTF-16 units of a text, bytes of a BINARY; 0 = no limit. */
  readonly maxTagValueLength: number;
}

/** Integers as LONG, and no limit. */
export const DEFAULT_VALUES: ValueOptions = { numbersAsDouble: false, maxTagValueLength: 0 };

/** How values are written, and what one writer has written before. */
export interface Encoding {
  /** Integers as DOUBLE, as jaeger-client sent them, and not as LONG. */
  readonly numbersAsDouble: boolean;
  /** Longest value: UTF-16 units of a text, bytes of a BINARY. What is longer is cut. */
  readonly maxValueLength: number;
  /** What a text that is cut ends with; its length counts. */
  readonly cutMark: string;
  readonly kept: Kept;
}

/** The encoding of one writer. Defaults: integers as LONG, nothing is cut. */
export function newEncoding(options: Partial<Omit<Encoding, 'kept'>> = {}): Encoding {
  const {
    numbersAsDouble = false,
    maxValueLength = Number.POSITIVE_INFINITY,
    cutMark = '',
  } = options;
  return { numbersAsDouble, maxValueLength, cutMark, kept: new Kept() };
}

/**
 * jaeger.thrift `struct Tag`
 *
 *     1 required string key
 *     2 required i32 vType      STRING 0, DOUBLE 1, BOOL 2, LONG 3, BINARY 4
 *     3 optional string vStr
 *     4 optional double vDouble
 *     5 optional bool vBool
 *     6 optional i64 vLong
 *     7 optional binary vBinary
 */
export function writeTag(w: ThriftWriter, key: unknown, value: unknown, encoding: Encoding): void {
  const name = textOfKey(key);
  if (typeof value === 'string') writeText(w, name, value, encoding);
  else if (typeof value === 'number') writeNumber(w, name, value, encoding);
  else if (typeof value === 'boolean') writeRepeating(w, name, TAG_BOOL, value, encoding.kept);
  else writeOther(w, name, value, encoding);
}

function writeText(w: ThriftWriter, key: string, text: string, encoding: Encoding): void {
  const { maxValueLength, cutMark, kept } = encoding;
  const isLong = text.length > maxValueLength;
  const whole = isLong ? cutText(text, maxValueLength - cutMark.length) + cutMark : text;
  writeRepeating(w, key, TAG_STRING, whole, kept);
}

/** A tag whose value may come again: copied as a whole where this key had this value before. */
function writeRepeating(
  w: ThriftWriter,
  key: string,
  type: number,
  value: string | number | boolean,
  kept: Kept,
): void {
  const tag = kept.tag(type, key);
  const whole = tag?.values?.get(value);
  if (whole !== undefined) return w.kept(whole);
  const start = w.position;
  beginTag(w, key, type, tag, kept);
  if (typeof value === 'string') w.stringField(3, value);
  else if (typeof value === 'boolean') w.boolField(5, value);
  else w.integerField(6, value);
  w.structEnd();
  // Asked here, so that a value that varies costs no view.
  if (tag?.values !== undefined) kept.addValue(tag, value, w.view(start));
}

/**
 * LONG for what an i64 holds exactly (-0 it does not). NaN and the infinities go out as text: Jaeger
 * takes them as DOUBLE, and then cannot show the trace, since JSON has no such numbers.
 */
function writeNumber(w: ThriftWriter, key: string, value: number, encoding: Encoding): void {
  const { kept } = encoding;
  if (Number.isSafeInteger(value) && !encoding.numbersAsDouble && !Object.is(value, -0)) {
    writeRepeating(w, key, TAG_LONG, value, kept);
  } else if (Number.isFinite(value)) {
    beginTag(w, key, TAG_DOUBLE, kept.tag(TAG_DOUBLE, key), kept);
    w.doubleField(4, value);
    w.structEnd();
  } else {
    writeRepeating(w, key, TAG_STRING, String(value), kept);
  }
}

function writeOther(w: ThriftWriter, key: string, value: unknown, encoding: Encoding): void {
  const { maxValueLength, kept } = encoding;
  const bytes = bytesOfValue(value);
  if (bytes === undefined) {
    // One unit more than is allowed, so that what is cut is seen to be too long.
    const bounded = maxValueLength === Number.POSITIVE_INFINITY ? undefined : maxValueLength + 1;
    return writeText(w, key, textOfValue(value, bounded), encoding);
  }
  beginTag(w, key, TAG_BINARY, kept.tag(TAG_BINARY, key), kept);
  w.binaryField(7, bytes.length > maxValueLength ? bytes.subarray(0, maxValueLength) : bytes);
  w.structEnd();
}

/** A tag up to its value: key and type, copied as a whole where this key had this type before. */
function beginTag(
  w: ThriftWriter,
  key: string,
  type: number,
  tag: KeptTag | undefined,
  kept: Kept,
): void {
  w.structBegin();
  if (tag !== undefined) {
    w.kept(tag.head);
    w.structResume(2);
    return;
  }
  const start = w.position;
  w.stringField(1, key);
  w.i32Field(2, type);
  kept.addTag(type, key, w.view(start));
}
