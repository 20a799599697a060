/**
 * Calls code of the application's. What it throws goes to `onFailure`, and so does what a promise that it
 * gave is rejected with: nobody else would wait for that, and Node ends the process for it.
 */
export function callGuarded<T>(run: () => T, onFailure: (error: unknown) => void): T | undefined {
  try {
    const result = run();
    catchRejection(result, onFailure);
    return result;
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}

/**
 * Hands what a promise, or anything like one, is rejected with to `onFailure`; anything else is nothing
 * to it. May throw.
 */
export function catchRejection(result: unknown, onFailure: (error: unknown) => void): void {
  if (typeof result !== 'object' || result === null) return;
  const { then } = result as { readonly then?: unknown };
  if (typeof then === 'function') then.call(result, undefined, onFailure);
}
