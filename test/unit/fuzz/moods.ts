import { seededRandom } from '../support/fake-platform.js';
import { HOSTILE_THROWABLES, throwingGetters } from '../support/hostile-values.js';

/** What the application's own code does where the tracer calls it. */
export type Mood = 'fine' | 'throw' | 'reject' | 'never' | 'thenable' | 'reenter';

/** How often each mood comes, of 100; what is left is fine. */
const BAD_MOODS: readonly (readonly [Mood, number])[] = [
  ['throw', 12],
  ['reject', 8],
  ['never', 3],
  ['thenable', 3],
  ['reenter', 8],
];

/** Who rejected, to say whose promise it was that nobody waited for. */
const rejecting: WeakMap<Promise<unknown>, string> = new WeakMap();

export function whoRejected(promise: Promise<unknown>): string {
  return rejecting.get(promise) ?? 'somebody';
}

/** Draws moods, throwables and numbers; the same for the same seed. */
export class Moods {
  private readonly random: () => number;
  private readonly reenter: () => void;
  /** Without trouble from here on. */
  calm = false;

  /** `reenter` uses the tracer, from within a call that it makes. */
  constructor(seed: number, reenter: () => void) {
    this.random = seededRandom(seed);
    this.reenter = reenter;
  }

  /** An integer from 0 to `below` - 1. */
  pick(below: number): number {
    return Math.floor(this.random() * below);
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.pick(choices.length)]!;
  }

  throwable(): unknown {
    return this.of(HOSTILE_THROWABLES).make();
  }

  draw(): Mood {
    if (this.calm) return 'fine';
    let at = this.pick(100);
    for (const [mood, share] of BAD_MOODS) {
      at -= share;
      if (at < 0) return mood;
    }
    return 'fine';
  }

  /** Does what the mood is; `fine` is what a well-behaved callee, who is `who`, returns. */
  react(who: string, fine: () => unknown = () => undefined): unknown {
    switch (this.draw()) {
      case 'throw':
        throw this.throwable();
      case 'reject':
        return this.reject(who);
      case 'never':
        return new Promise(() => undefined);
      case 'thenable':
        return throwingGetters('then');
      case 'reenter':
        this.reenter();
        return fine();
      default:
        return fine();
    }
  }

  private reject(who: string): Promise<never> {
    const rejected = Promise.reject(this.throwable());
    rejecting.set(rejected, who);
    return rejected;
  }
}
