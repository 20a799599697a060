import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Place, readPlace } from '../../model/place.js';
import type { Route } from '../../model/route.js';
import { keepState } from '../navigation.js';

/** Changes how the list is shown. */
export type SetPlace = (change: Partial<Place>) => void;

/** How the list is shown: as it was left, when one comes back to it. */
export function usePlace(route: Route): readonly [Place, SetPlace] {
  const [held, setHeld] = useState(() => ({ route, place: readPlace(history.state) }));
  const place = held.route === route ? held.place : readPlace(history.state);
  const setPlace: SetPlace = (change) => {
    keepState(change);
    setHeld({ route, place: readPlace(history.state) });
  };
  return [place, setPlace];
}

/** Goes down to where one was, once for each time that one comes, as soon as the list is there. */
export function useScrollBack(route: Route, isThere: boolean): void {
  const done = useRef<Route>(undefined);
  useLayoutEffect(() => {
    if (!isThere || done.current === route) return;
    done.current = route;
    const { scrollPx } = readPlace(history.state);
    if (scrollPx === 0) return;
    scrollTo({ top: scrollPx, behavior: 'instant' });
    // Searching again, or loading the page, is no coming back.
    keepState({ scrollPx: 0 });
  }, [route, isThere]);
}
