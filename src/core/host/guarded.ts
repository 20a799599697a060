/**
 * Runs user code. Exceptions and rejections go to `onFailure`; an unhandled rejection would end the
 * process.
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
 * Passes the rejection of a promise, or of any object with a `then`, to `onFailure`. Ignores other
 * values. Throws what the object's own code throws.
 */
export function catchRejection(result: unknown, onFailure: (error: unknown) => void): void {
  if (typeof result !== 'object' || result === null) return;
  const { then } = result as { readonly then?: unknown };
  if (typeof then === 'function') then.call(result, undefined, onFailure);
}
