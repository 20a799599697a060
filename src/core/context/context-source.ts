import { RandomIds, type WeakSource } from './random-ids.js';
import { SamplingState } from './sampling-state.js';
import type { SpanContext } from './span-context.js';

/** Options of `ContextSource`. */
export interface ContextSourceOptions {
  readonly randomWords: (words: Uint32Array) => void;
  /** For the time in which `randomWords` throws. */
  readonly weakSource: WeakSource;
  readonly contextClass: typeof SpanContext;
  readonly traceId128bit: boolean;
  /** A server span uses its client's span id. */
  readonly shareRpcSpan: boolean;
  readonly padIds: boolean;
}

/** Makes the contexts and ids of new spans. */
export class ContextSource {
  readonly ids: RandomIds;
  private readonly options: ContextSourceOptions;
  private high = 0;
  private low = 0;

  constructor(options: ContextSourceOptions) {
    this.options = options;
    this.ids = new RandomIds(options.randomWords, options.weakSource);
  }

  /** The context of a root span: a new trace, whose sampling is not decided yet. */
  root(): SpanContext {
    const { ids } = this;
    const { contextClass: Context, traceId128bit, padIds } = this.options;
    this.drawId();
    const { high, low } = this;
    const context = new Context(
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      '',
      SamplingState.ofRoot(high, low),
    );
    if (traceId128bit) context.setRootIds(ids.word(), ids.word(), high, low, true);
    else context.setRootIds(0, 0, high, low, false);
    if (padIds) context._setPadded();
    return context;
  }

  /** The context of a child of `parent`, which has ids. */
  child(parent: SpanContext, isRpcServer: boolean): SpanContext {
    const { shareRpcSpan, padIds } = this.options;
    const context = shareRpcSpan && isRpcServer ? parent.makeShared() : this.newChild(parent);
    if (padIds) context._setPadded();
    // The process where the trace began has decided on sampling.
    if (parent.isRemote()) context.finalizeSampling();
    return context;
  }

  private newChild(parent: SpanContext): SpanContext {
    this.drawId();
    return parent.makeChild(this.high, this.low);
  }

  /** Draws an id other than 0 into `high` and `low`, which saves an object for two results. */
  private drawId(): void {
    do {
      this.high = this.ids.word();
      this.low = this.ids.word();
    } while ((this.high | this.low) === 0);
  }
}
