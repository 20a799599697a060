import { FORMAT_BINARY, FORMAT_HTTP_HEADERS, FORMAT_TEXT_MAP } from 'opentracing';
import { BinaryCodec } from './binary-codec.js';
import type { Extractor, Injector } from './codec.js';
import { TextMapCodec, type TextMapCodecOptions } from './text-map-codec.js';

/** The codecs that every tracer has: one for each of OpenTracing's formats. */
export function standardCodecs(
  options: Omit<TextMapCodecOptions, 'urlEncoding'>,
): Readonly<Record<string, Injector & Extractor>> {
  return {
    [FORMAT_TEXT_MAP]: new TextMapCodec({ ...options, urlEncoding: false }),
    [FORMAT_HTTP_HEADERS]: new TextMapCodec({ ...options, urlEncoding: true }),
    [FORMAT_BINARY]: new BinaryCodec(),
  };
}
