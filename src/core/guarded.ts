/**
 * Calls code of the application's. What it throws goes to `onFailure`, and so does what a promise that it
 * gave is rejected with: nobody else would wait for that, and Node ends the process for it.
 */
export function callGuarded<T>(run: () => T, onFailure: (error: unknown) => void): T | undefined {
  try {
    const result = run();
    // Asked here, so that what gives nothing costs nothing.
    if (typeof result === 'object' && result !== null) catchRejection(result, onFailure);
    return result;
  } catch (error) {
    onFailure(error);
    return undefined;
  }
}

/** Hands what a promise, or anything like one, is rejected with to `onFailure`. May throw. */
export function catchRejection(result: object, onFailure: (error: unknown) => void): void {
  const { then } = result as { readonly then?: unknown };
  if (typeof then === 'function') then.call(result, undefined, onFailure);
}
