import { keep, type KeptBytes } from '../thrift/kept-bytes.js';

/*
 * What a writer has written before, in its encoded form. Operation names and tag keys come again and
 * again, and so do the values of most tags (`span.kind`, `http.method`, status codes). Copying their
 * bytes takes a half to a third of the time of encoding them (`bench/micro.ts`, case "tags").
 *
 * All of it is bounded, and what varies is not looked up for long: see the limits.
 */

/** Names of one kind (operation names, keys of one tag type). */
const MAX_NAMES = 1000;
/** Values of one key. A key with more (a URL, a user's id) varies: its values are not kept any more. */
const MAX_VALUES = 64;
/** Values of all keys together. */
const MAX_ALL_VALUES = 4000;
/** Arrays of constant tags: a sampler has one or two, a method of gRPC two. */
const MAX_BLOCKS = 1000;
/** UTF-16 units of a name or a value. With the counts above: less than 2 MB, typically a few kB. */
const MAX_LENGTH = 100;

/** A primitive that is a tag's value. */
type TagValue = string | number | boolean;

/** What is kept of the tags of one key and one type. */
export interface KeptTag {
  /** The tag up to its value. */
  readonly head: KeptBytes;
  /** Whole tags, by value; undefined where the values vary. */
  values: Map<TagValue, KeptBytes> | undefined;
}

/** What one writer has written before. */
export class Kept {
  private readonly operations: Map<string, KeptBytes> = new Map();
  private readonly tags: readonly Map<string, KeptTag>[] = [0, 1, 2, 3, 4].map(() => new Map());
  private readonly blocks: Map<readonly unknown[], KeptBytes> = new Map();
  private values = 0;

  /** The tags of one array that never changes. */
  block(tags: readonly unknown[]): KeptBytes | undefined {
    return this.blocks.get(tags);
  }

  addBlock(tags: readonly unknown[], bytes: Uint8Array): void {
    if (this.blocks.size < MAX_BLOCKS) this.blocks.set(tags, keep(bytes));
  }

  operation(name: string): KeptBytes | undefined {
    return this.operations.get(name);
  }

  addOperation(name: string, bytes: Uint8Array): void {
    if (this.operations.size >= MAX_NAMES || name.length > MAX_LENGTH) return;
    this.operations.set(ownText(name), keep(bytes));
  }

  /** `type`: jaeger.thrift's TagType, 0..4. */
  tag(type: number, key: string): KeptTag | undefined {
    return this.tags[type]!.get(key);
  }

  addTag(type: number, key: string, head: Uint8Array): void {
    const tags = this.tags[type]!;
    if (tags.size >= MAX_NAMES || key.length > MAX_LENGTH) return;
    tags.set(ownText(key), { head: keep(head), values: new Map() });
  }

  addValue(tag: KeptTag, value: TagValue, whole: Uint8Array): void {
    const { values } = tag;
    if (values === undefined) return;
    if (typeof value === 'string' && value.length > MAX_LENGTH) return;
    if (values.size >= MAX_VALUES || this.values >= MAX_ALL_VALUES) {
      this.values -= values.size;
      tag.values = undefined;
      return;
    }
    values.set(typeof value === 'string' ? ownText(value) : value, keep(whole));
    this.values++;
  }
}

/**
 * The same text without what it was cut from: to V8, a short slice of a request's body is a reference
 * to all of it. As a property's name it is a string of its own, and the one that the program's
 * literals of this text are, so that looking it up compares references.
 */
function ownText(text: string): string {
  return Object.keys({ [text]: true })[0]!;
}
