/** Longer than any test waits, in milliseconds. */
const LIFETIME_MS = 60_000;

/**
 * A program under test may be one that never ends, and then outlives a test that was killed. Each of
 * them ends itself after a minute; this keeps none alive.
 */
export function endInTime(): void {
  setTimeout(() => process.exit(99), LIFETIME_MS).unref();
}
