import { describe, expect, test } from 'vitest';
import { observedMessages } from '../../../../src/grpc/connect/observed-messages.js';

type Messages = AsyncGenerator<string, string | void, undefined>;

async function* messages(values: readonly string[], end: () => string | void): Messages {
  for (const value of values) yield value;
  return end();
}

function aborted(): never {
  throw Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
}

describe('messages that are watched', () => {
  /** The steps of a stream, as its observer hears of them. */
  function watched(stream: AsyncIterable<unknown>): {
    heard: unknown[];
    it: AsyncIterator<unknown>;
  } {
    const heard: unknown[] = [];
    const seen = observedMessages(stream, {
      onMessage: (message) => heard.push(message),
      onEnd: () => heard.push('end'),
      onError: (error) => heard.push(String(error)),
      onLeft: () => heard.push('left'),
    });
    return { heard, it: seen[Symbol.asyncIterator]() };
  }

  test('are read, to the end and to an error', async () => {
    const good = watched(messages(['a'], () => undefined));
    expect(await good.it.next()).toStrictEqual({ done: false, value: 'a' });
    expect(await good.it.next()).toStrictEqual({ done: true, value: undefined });
    expect(good.heard).toStrictEqual(['a', 'end']);
    const bad = watched(messages([], aborted));
    await expect(bad.it.next()).rejects.toThrow('aborted');
    expect(bad.heard).toStrictEqual(['AbortError: The operation was aborted']);
  });

  test('are left, and thrown into', async () => {
    const left = watched(messages(['a', 'b'], () => undefined));
    await left.it.next();
    expect(await left.it.return?.('over')).toStrictEqual({ done: true, value: 'over' });
    expect(left.heard).toStrictEqual(['a', 'left']);
    const thrown = watched(messages(['a', 'b'], () => undefined));
    await thrown.it.next();
    await expect(thrown.it.throw?.(new Error('stop'))).rejects.toThrow('stop');
    expect(thrown.heard).toStrictEqual(['a', 'Error: stop']);
  });

  test('of a stream that knows no more than next', async () => {
    const bare = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('no')) }),
    };
    const { heard, it } = watched(bare);
    expect(await it.return?.(1)).toStrictEqual({ done: true, value: 1 });
    await expect(it.throw?.(new Error('stop'))).rejects.toThrow('stop');
    expect(heard).toStrictEqual(['left', 'Error: stop']);
  });
});
