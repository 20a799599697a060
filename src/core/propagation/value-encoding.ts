import { lastOfJoined } from './header-values.js';

const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** How values travel: percent-encoded, as HTTP headers need it, or as they are. */
export class ValueEncoding {
  private readonly isPercent: boolean;

  constructor(isPercent: boolean) {
    this.isPercent = isPercent;
  }

  encode(value: string): string {
    if (!this.isPercent) return value;
    try {
      return encodeURIComponent(value);
    } catch {
      // A lone surrogate has no UTF-8: it travels as U+FFFD, as it does in Thrift.
      return encodeURIComponent(value.replace(LONE_SURROGATES, '\ufffd'));
    }
  }

  /** What cannot be decoded stays as it came. */
  decodeOrKeep(text: string): string {
    return this.decode(text) ?? text;
  }

  /**
   * The last value of a header that may have come twice; undefined if none can be decoded. Commas within a
   * value are percent-encoded, so that any other comma joins two headers.
   */
  decodeLast(text: string): string | undefined {
    if (!this.isPercent || !text.includes(',')) return this.decode(text);
    return lastOfJoined(text, (part) => this.decode(part));
  }

  /** The same; if none can be decoded, the last as it came. */
  decodeLastOrKeep(text: string): string {
    const decoded = this.decodeLast(text);
    if (decoded !== undefined || !this.isPercent) return decoded ?? text;
    return lastOfJoined(text, (part) => part) ?? text;
  }

  private decode(text: string): string | undefined {
    if (!this.isPercent || !text.includes('%')) return text;
    try {
      return decodeURIComponent(text);
    } catch {
      return undefined;
    }
  }
}
