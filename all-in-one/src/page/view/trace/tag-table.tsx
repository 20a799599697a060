import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { formatCount } from '../../model/format.js';
import { EMPTY_FORM, queryFromForm } from '../../model/search-form.js';
import { formatTagPair } from '../../model/tag-pairs.js';
import type { Tag } from '../../model/trace.js';
import { Icon } from '../icons.js';
import { Text } from '../text.js';
import { Value } from './value.js';

/** Rows shown before one asks for all. */
const MAX_ROWS = 60;
/** Longer values are no search. */
const MAX_SEARCHED = 200;

interface TagTableProps {
  /** Empty: without one. */
  readonly title: string;
  readonly tags: readonly Tag[];
  readonly find: string;
  /** Where to look for other traces with the same tag; undefined: no links. */
  readonly service?: string;
}

/** Keys and values. Nothing at all where there are none. */
export function TagTable({ title, tags, find, service }: TagTableProps): JSX.Element | null {
  const [isWhole, setWhole] = useState(false);
  if (tags.length === 0) return null;
  const shown = isWhole ? tags : tags.slice(0, MAX_ROWS);
  return (
    <section class="tags">
      {title !== '' && (
        <h3>
          {title} <small>{formatCount(tags.length)}</small>
        </h3>
      )}
      <table>
        <tbody>
          {shown.map((tag) => (
            <tr class={tag.key === 'error' && tag.value !== 'false' ? 'has-error' : ''}>
              <th scope="row">
                <Text value={tag.key} find={find} />
              </th>
              <td>
                <Value tag={tag} find={find} />
                {service !== undefined && <SearchLink tag={tag} service={service} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < tags.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all {formatCount(tags.length)}
        </button>
      )}
    </section>
  );
}

function SearchLink(props: { readonly tag: Tag; readonly service: string }): JSX.Element | null {
  const { tag, service } = props;
  const tags = tag.value.length > MAX_SEARCHED ? undefined : formatTagPair(tag.key, tag.value);
  if (tags === undefined) return null;
  return (
    <a
      class="tag-search"
      href={`/${queryFromForm({ ...EMPTY_FORM, service, tags })}`}
      title="Find traces with this tag"
      aria-label="Find traces with this tag"
    >
      <Icon name="search" />
    </a>
  );
}
