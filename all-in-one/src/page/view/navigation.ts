import { useEffect, useState } from 'preact/hooks';
import { readRoute, type Route } from '../model/route.js';

/** Told to whoever shows the route, after the address changed. */
const MOVED = 'spoor:moved';

function currentRoute(): Route {
  return readRoute(location.pathname, location.search, location.hash);
}

/** The route of the address bar. A new object after each move, also one to the same address. */
export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const update = (): void => setRoute(currentRoute());
    const events = ['popstate', 'hashchange', MOVED];
    for (const event of events) addEventListener(event, update);
    document.addEventListener('click', followLink);
    return () => {
      for (const event of events) removeEventListener(event, update);
      document.removeEventListener('click', followLink);
    };
  }, []);
  return route;
}

/**
 * Goes to a path of this page without loading it again. As with a link of the browser's, going to where
 * one is adds nothing to the history.
 *
 * @param state what is kept with the new entry of the history.
 */
export function navigate(path: string, state?: object): void {
  const query = location.pathname + location.search;
  const isOther = path.split('#')[0] !== query;
  if (path === query + location.hash) {
    history.replaceState(history.state, '', path);
  } else {
    keepState({ scrollPx: Math.round(scrollY) });
    history.pushState(state, '', path);
  }
  showAgain();
  if (isOther) scrollTo(0, 0);
}

/** Shows what is at this address anew: what the server says of it may have changed. */
export function showAgain(): void {
  dispatchEvent(new Event(MOVED));
}

/** Keeps something with this entry of the history, for when one comes back to it. */
export function keepState(change: object): void {
  history.replaceState({ ...history.state, ...change }, '');
}

/** Changes the address and nothing that is shown. */
export function replaceAddress(path: string): void {
  if (path !== location.pathname + location.search + location.hash) {
    history.replaceState(history.state, '', path);
  }
}

/** A plain click on a link of this page; everything else is the browser's. */
function followLink(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest('a');
  const isPlain =
    event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || event.defaultPrevented || link.target !== '' || link.download !== '') {
    return;
  }
  if (link.origin !== location.origin || link.pathname.startsWith('/api/')) return;
  event.preventDefault();
  navigate(link.pathname + link.search + link.hash);
}
