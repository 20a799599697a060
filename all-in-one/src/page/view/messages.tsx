import type { ComponentChildren, JSX } from 'preact';
import type { Loaded } from './api.js';
import { Text } from './text.js';

/** A page with nothing on it but what there is to say. */
export function Notice(props: {
  readonly title: string;
  readonly children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="notice" role="status">
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}

/** Says that something comes, or why it does not. `what` names it where there are several. */
export function Pending(props: {
  readonly loaded: Loaded<unknown>;
  readonly what?: string;
}): JSX.Element | null {
  const { loaded, what } = props;
  if (loaded.state === 'loading') return <p class="loading">Loading…</p>;
  if (loaded.state === 'ready') return null;
  const title = loaded.status === 404 ? 'Not found' : 'That did not work';
  return (
    <Notice title={what === undefined ? title : `${what}: ${title.toLowerCase()}`}>
      <p>
        <Text value={loaded.message} />
      </p>
    </Notice>
  );
}
