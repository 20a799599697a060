/** Observer of a message stream. Each member is optional. */
export interface MessageObserver {
  /** Runs each step of the stream: the code that produces its messages. */
  readonly within?: (<T>(run: () => T) => T) | undefined;
  onMessage?(message: unknown): void;
  /** The stream ended after its last message. */
  onEnd?(): void;
  onError?(error: unknown): void;
  /** The reader left the stream before its end. */
  onLeft?(): void;
}

/**
 * The same messages, observed. Producing code runs in the async context of the reader that asks for the
 * next message, unless `observer.within` runs it in another one.
 */
export function observedMessages(
  messages: AsyncIterable<unknown>,
  observer: MessageObserver,
): AsyncIterable<unknown> {
  return { [Symbol.asyncIterator]: () => new ObservedIterator(messages, observer) };
}

class ObservedIterator implements AsyncIterator<unknown> {
  private readonly inner: AsyncIterator<unknown>;
  private readonly observer: MessageObserver;

  constructor(messages: AsyncIterable<unknown>, observer: MessageObserver) {
    this.observer = observer;
    this.inner = this.run(() => messages[Symbol.asyncIterator]());
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.step(() => this.inner.next());
  }

  async return(value?: unknown): Promise<IteratorResult<unknown>> {
    this.observer.onLeft?.();
    const { inner } = this;
    if (inner.return === undefined) return { done: true, value };
    return this.run(() => inner.return!(value));
  }

  async throw(error?: unknown): Promise<IteratorResult<unknown>> {
    const { inner } = this;
    if (inner.throw === undefined) {
      this.observer.onError?.(error);
      throw error;
    }
    return this.step(() => inner.throw!(error));
  }

  private async step(
    run: () => Promise<IteratorResult<unknown>>,
  ): Promise<IteratorResult<unknown>> {
    const { observer } = this;
    try {
      const result = await this.run(run);
      if (result.done === true) observer.onEnd?.();
      else observer.onMessage?.(result.value);
      return result;
    } catch (error) {
      observer.onError?.(error);
      throw error;
    }
  }

  private run<T>(run: () => T): T {
    const { within } = this.observer;
    return within === undefined ? run() : within(run);
  }
}
