import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type KeyBinding, keyLabel, PAGE_KEYS, TIMELINE_KEYS } from '../model/key-bindings.js';
import { IconButton } from './icon-button.js';

const BINDINGS: readonly KeyBinding[] = [
  ...Object.values(TIMELINE_KEYS),
  ...Object.values(PAGE_KEYS),
];
const GROUPS = ['Move', 'Show', 'Find', 'Time', 'Everywhere'] as const;

/** The list of keys, over the page. */
export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => ref.current?.showModal(), []);
  return (
    <dialog
      ref={ref}
      class="help"
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
    >
      <div class="help-body">
        <h2 id="help-title">Keyboard</h2>
        <IconButton icon="close" label="Close" onClick={onClose} />
        <div class="help-lists">
          {GROUPS.map((group) => (
            <Keys title={group} bindings={BINDINGS.filter((binding) => binding.group === group)} />
          ))}
        </div>
      </div>
    </dialog>
  );
}

function Keys(props: {
  readonly title: string;
  readonly bindings: readonly KeyBinding[];
}): JSX.Element {
  return (
    <section>
      <h3>{props.title}</h3>
      <dl>
        {props.bindings.map(({ keys, meaning }) => (
          <>
            <dt>
              {keys.map((key) => (
                <kbd>{keyLabel(key)}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}
