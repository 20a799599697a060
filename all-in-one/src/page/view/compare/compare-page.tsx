import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { compareTraces } from '../../model/compare-traces.js';
import { readTraceAnswer } from '../../model/read-trace.js';
import { comparePath } from '../../model/route.js';
import { assignColors } from '../../model/service-colors.js';
import type { Trace } from '../../model/trace.js';
import { type Loaded, useLoaded, valueOf } from '../api.js';
import { IconButton } from '../icon-button.js';
import { Notice, Pending } from '../messages.js';
import { navigate } from '../navigation.js';
import { ComparedTree } from './compared-tree.js';
import { TraceSide } from './trace-side.js';

/** One of the two, as far as it is there. */
interface Side {
  readonly traceId: string;
  readonly loaded: Loaded<Trace | undefined>;
  readonly trace: Trace | undefined;
}

function useSide(traceId: string): Side {
  const path = traceId === '' ? undefined : `/api/traces/${encodeURIComponent(traceId)}`;
  const loaded = useLoaded(path, readTraceAnswer);
  return { traceId, loaded, trace: traceId === '' ? undefined : valueOf(loaded) };
}

interface ComparePageProps {
  readonly a: string;
  readonly b: string;
}

/** Two traces side by side. */
export function ComparePage({ a, b }: ComparePageProps): JSX.Element {
  const sideA = useSide(a);
  const sideB = useSide(b);
  const colors = useMemo(() => {
    const traces = [sideA.trace, sideB.trace].filter((trace) => trace !== undefined);
    return assignColors(traces.flatMap(({ services }) => services.map(({ service }) => service)));
  }, [sideA.trace, sideB.trace]);
  return (
    <div class="compare">
      <div class="sides">
        <TraceSide
          name="A"
          {...sideA}
          colors={colors}
          onTrace={(id) => navigate(comparePath(id, b))}
        />
        <IconButton icon="swap" label="Swap A and B" onClick={() => navigate(comparePath(b, a))} />
        <TraceSide
          name="B"
          {...sideB}
          colors={colors}
          onTrace={(id) => navigate(comparePath(a, id))}
        />
      </div>
      <Comparison a={sideA} b={sideB} colors={colors} />
    </div>
  );
}

interface ComparisonProps {
  readonly a: Side;
  readonly b: Side;
  readonly colors: ReadonlyMap<string, number>;
}

function Comparison({ a, b, colors }: ComparisonProps): JSX.Element | null {
  const nodes = useMemo(
    () => (a.trace === undefined || b.trace === undefined ? [] : compareTraces(a.trace, b.trace)),
    [a.trace, b.trace],
  );
  if (nodes.length > 0) return <ComparedTree nodes={nodes} colors={colors} />;
  if (a.traceId !== '' && b.traceId !== '') {
    return (
      <>
        {a.trace === undefined && <Pending loaded={a.loaded} what="Trace A" />}
        {b.trace === undefined && <Pending loaded={b.loaded} what="Trace B" />}
      </>
    );
  }
  return (
    <Notice title="Choose two traces">
      <p>
        Paste their ids above, or mark two traces in the <a href="/">search</a>.
      </p>
    </Notice>
  );
}
