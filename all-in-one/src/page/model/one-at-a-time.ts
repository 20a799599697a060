/** Asked for something again and again, does it now and then. */
export interface OneAtATime {
  /** Does it now, or where it is being done or was done just before, once more after that. */
  ask(): void;
  /** What is wanted is not done any more. */
  stop(): void;
}

/**
 * Runs one thing at a time, with a pause after each.
 *
 * @param act must not reject.
 */
export function oneAtATime(act: () => Promise<void>, pause: () => Promise<void>): OneAtATime {
  let isBusy = false;
  let isWanted = false;
  let isStopped = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    while (isWanted) {
      isWanted = false;
      await act();
      await pause();
    }
    isBusy = false;
  };
  return {
    ask: () => {
      isWanted = !isStopped;
      if (!isBusy) void work();
    },
    stop: () => {
      isStopped = true;
      isWanted = false;
    },
  };
}
