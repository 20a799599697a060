import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icons.js';

/** How long a button says that it has copied, in milliseconds. */
const DONE_MS = 1_500;

interface CopyButtonProps {
  readonly label: string;
  /** What to copy. */
  readonly text: () => string | Promise<string>;
  /** Shown beside the icon; default: the icon alone. */
  readonly caption?: string;
}

/** Copies a text to the clipboard, and says so. */
export function CopyButton({ label, text, caption }: CopyButtonProps): JSX.Element {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), DONE_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const onClick = async (event: MouseEvent): Promise<void> => {
    event.stopPropagation();
    try {
      await writeClipboard(await text());
      setState('done');
    } catch {
      setState('failed');
    }
  };
  const said = { idle: label, done: 'Copied', failed: 'Could not copy' }[state];
  return (
    <button type="button" class="quiet" title={said} aria-label={said} onClick={onClick}>
      <Icon name={state === 'done' ? 'check' : state === 'failed' ? 'close' : 'copy'} />
      {caption !== undefined && <span class="caption">{caption}</span>}
    </button>
  );
}

/** Over plain HTTP on another host than localhost, browsers have only the old way. */
async function writeClipboard(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  if (!isDone) throw new Error('the browser refused');
  return undefined;
}
