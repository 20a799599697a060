import { useEffect, useState } from 'preact/hooks';
import { field, list, text } from '../model/json.js';

/** What was asked of the server, while it comes and after. */
export type Loaded<T> =
  | { readonly state: 'loading'; readonly before: T | undefined }
  | { readonly state: 'failed'; readonly status: number; readonly message: string }
  | { readonly state: 'ready'; readonly value: T };

/** The server answered with an error, or did not answer (status 0). */
class ServerError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Asks the server once. Rejects with what can be shown. */
export async function getJson(path: string, signal: AbortSignal): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { signal, headers: { accept: 'application/json' } });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ServerError(0, 'The server does not answer. Is it still running?');
  }
  const json: unknown = await response.json().catch(() => undefined);
  if (!response.ok || json === undefined) {
    const message = text(field(list(field(json, 'errors'))[0], 'msg'));
    throw new ServerError(response.status, message || `The server answered ${response.status}.`);
  }
  return json;
}

/**
 * Asks the server, again whenever the path or `turn` changes; an older answer that is still on its way
 * is dropped. Nothing is asked while the path is undefined.
 *
 * @param read makes of the JSON what is shown. Must be the same function each time.
 */
export function useLoaded<T>(
  path: string | undefined,
  read: (json: unknown) => T,
  turn: unknown = 0,
): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading', before: undefined });
  useEffect(() => {
    if (path === undefined) return undefined;
    const aborter = new AbortController();
    setLoaded((known) => ({
      state: 'loading',
      before: known.state === 'ready' ? known.value : undefined,
    }));
    getJson(path, aborter.signal).then(
      (json) => setLoaded({ state: 'ready', value: read(json) }),
      (error: unknown) => {
        if (aborter.signal.aborted) return;
        const status = error instanceof ServerError ? error.status : 0;
        setLoaded({ state: 'failed', status, message: (error as Error).message });
      },
    );
    return () => aborter.abort();
  }, [path, read, turn]);
  return loaded;
}

/** What is there to show: the answer, or the one before while a new one comes. */
export function valueOf<T>(loaded: Loaded<T>): T | undefined {
  if (loaded.state === 'ready') return loaded.value;
  return loaded.state === 'loading' ? loaded.before : undefined;
}
