/** What a process holds, in bytes. Needs --expose-gc. */
export interface Held {
  readonly rss: number;
  readonly heap: number;
  /** Buffers outside the heap: encoded spans among them. */
  readonly buffers: number;
}

/** What it holds once all garbage is gone. */
export function held(): Held {
  // Buffers are freed beside the program: by the second time, those that the first found are.
  globalThis.gc!();
  globalThis.gc!();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss, heap: heapUsed, buffers: arrayBuffers };
}

export function largest(samples: readonly Held[]): Held {
  const most = (of: (one: Held) => number): number => Math.max(...samples.map(of));
  return {
    rss: most(({ rss }) => rss),
    heap: most(({ heap }) => heap),
    buffers: most(({ buffers }) => buffers),
  };
}
