import { isError } from '../../core/text/realm.js';
import { textOfThrown } from '../../core/text/thrown-text.js';

/** The methods of a span that `runSpan` calls. */
interface RunnableSpan {
  setTag(key: string, value: unknown): unknown;
  log(fields: Record<string, unknown>): unknown;
  finish(): void;
}

/**
 * Runs `fn` and returns its result. Finishes the span when `fn` returns, or when its promise settles. An
 * exception or a rejection is recorded on the span and passed on to the caller.
 */
export function runSpan<S extends RunnableSpan, T>(span: S, fn: (span: S) => T): T {
  let result: T;
  try {
    result = fn(span);
    if (!isThenable(result)) {
      span.finish();
      return result;
    }
  } catch (error) {
    finishFailed(span, error);
    throw error;
  }
  const settled = result.then(
    (value) => {
      span.finish();
      return value;
    },
    (error: unknown) => {
      finishFailed(span, error);
      throw error;
    },
  );
  return settled as T;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

/** Records an error under OpenTracing's names, and finishes the span. */
function finishFailed(span: RunnableSpan, error: unknown): void {
  span.setTag('error', true);
  span.log(errorFields(error));
  span.finish();
}

function errorFields(error: unknown): Record<string, unknown> {
  try {
    if (isError(error)) {
      const { name, message, stack } = error;
      return { event: 'error', 'error.kind': name, message, stack };
    }
  } catch {
    // `instanceof` and getters may throw for a Proxy.
  }
  return { event: 'error', message: textOfThrown(error) };
}
