import { useEffect, useRef } from 'preact/hooks';

/** Listens on the window, always with the newest function. */
export function useWindowEvent<K extends keyof WindowEventMap>(
  type: K,
  listener: (event: WindowEventMap[K]) => void,
): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => {
    const listen = (event: WindowEventMap[K]): void => newest.current(event);
    addEventListener(type, listen);
    return () => removeEventListener(type, listen);
  }, [type]);
}

/** Whether a key belongs to what has the focus (a field, an open dialog) or to a command of the browser. */
export function isKeyTaken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target instanceof Element ? event.target : document.body;
  return target.closest('input, textarea, select, dialog') !== null;
}
