import type { JSX } from 'preact';
import type { TimelineAction } from '../../model/timeline-state.js';
import { IconButton } from '../icon-button.js';
import { Icon } from '../icons.js';
import type { Find } from './use-find.js';

/** The id of the field, for the key that goes there. */
export const FIND_INPUT = 'find';

interface FindBarProps {
  readonly find: Find;
  readonly dispatch: (action: TimelineAction) => void;
  readonly isPathShown: boolean;
  readonly onPath: (isShown: boolean) => void;
}

/** Above the names: the search within the trace, and what applies to all rows. */
export function FindBar({ find, dispatch, isPathShown, onPath }: FindBarProps): JSX.Element {
  return (
    <div class="find-bar">
      <FindField find={find} />
      <div class="fold-buttons">
        <IconButton
          icon="minus"
          label="Hide all children ([)"
          onClick={() => dispatch({ type: 'fold-all' })}
        />
        <IconButton
          icon="plus"
          label="Show all children (])"
          onClick={() => dispatch({ type: 'unfold-all' })}
        />
        <button
          type="button"
          class="quiet path-button"
          aria-pressed={isPathShown}
          title="Critical path (c)"
          aria-label="Critical path"
          onClick={() => onPath(!isPathShown)}
        >
          <i />
        </button>
      </div>
    </div>
  );
}

function FindField({ find }: { readonly find: Find }): JSX.Element {
  const { query, setQuery, step } = find;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  };
  return (
    <div class="find">
      <Icon name="search" />
      <input
        id={FIND_INPUT}
        value={query}
        placeholder="Find in trace"
        aria-label="Find in trace"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {find.mark !== '' && <Matches find={find} />}
    </div>
  );
}

function Matches({ find }: { readonly find: Find }): JSX.Element {
  const { matches, position, step, setQuery } = find;
  const hasNone = matches.length === 0;
  return (
    <>
      <output class={hasNone ? 'none' : ''}>
        {hasNone ? 'none' : `${position}/${matches.length}`}
      </output>
      <IconButton
        icon="up"
        label="Previous match (N)"
        disabled={hasNone}
        onClick={() => step(-1)}
      />
      <IconButton icon="down" label="Next match (n)" disabled={hasNone} onClick={() => step(1)} />
      <IconButton icon="close" label="Clear" onClick={() => setQuery('')} />
    </>
  );
}
