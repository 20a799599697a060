import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatSize } from '../../model/format.js';
import { safeLink } from '../../model/safe-link.js';
import type { Tag } from '../../model/trace.js';
import { Text } from '../text.js';

/** Shown of a value before one asks for all, in UTF-16 units. */
const MAX_VALUE = 1_000;

/** A tag's value: as text, or as a link when it is a web address as a whole. */
export function Value({ tag, find }: { readonly tag: Tag; readonly find: string }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const { value, type } = tag;
  const link = value.length <= MAX_VALUE ? safeLink(value) : undefined;
  if (link !== undefined) {
    return (
      <a class="value" href={link} target="_blank" rel="noopener noreferrer">
        {link}
      </a>
    );
  }
  if (value === '') return <em class="value">empty</em>;
  return (
    <span class={type === 'string' || type === '' ? 'value' : `value is-${type}`}>
      <Text
        value={value}
        find={find}
        max={isWhole ? Number.POSITIVE_INFINITY : MAX_VALUE}
        keepLines
      />
      {value.length > MAX_VALUE && (
        <button type="button" class="show-all" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : `Show all ${formatSize(value.length)}`}
        </button>
      )}
    </span>
  );
}
