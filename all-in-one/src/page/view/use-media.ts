import { useEffect, useState } from 'preact/hooks';

/** Whether a media query holds, now and from then on. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const update = (): void => setMatches(list.matches);
    update();
    list.addEventListener('change', update);
    return () => list.removeEventListener('change', update);
  }, [query]);
  return matches;
}

/** As the style sheet: a screen of a phone's width. */
export const NARROW = '(max-width: 700px)';
