import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type ComparedNode, difference, ratio, type Side } from '../../model/compare-traces.js';
import { counted, formatDuration } from '../../model/format.js';
import { RowOffsets } from '../../model/row-offsets.js';
import { ServiceName } from '../service-name.js';
import { plain, Text } from '../text.js';
import { NARROW, useMedia } from '../use-media.js';
import { useVirtualRows } from '../use-virtual-rows.js';

/** Heights of a row in pixels, as in the style sheet. */
const ROW_PX = 28;
const NARROW_ROW_PX = 48;
const NO_EXTRAS: ReadonlyMap<number, number> = new Map();
/** Deeper levels are not indented any further. */
const MAX_INDENT = 24;
const INDENT_PX = 12;

interface ComparedTreeProps {
  readonly nodes: readonly ComparedNode[];
  readonly colors: ReadonlyMap<string, number>;
}

/** The tree of both traces: what is in one only, and how the durations of what is in both compare. */
export function ComparedTree({ nodes, colors }: ComparedTreeProps): JSX.Element {
  const [isDifferent, setDifferent] = useState(false);
  const rowPx = useMedia(NARROW) ? NARROW_ROW_PX : ROW_PX;
  const shown = useMemo(
    () => (isDifferent ? nodes.filter((node) => difference(node) !== 'same') : nodes),
    [nodes, isDifferent],
  );
  const offsets = useMemo(() => new RowOffsets(shown.length, rowPx, NO_EXTRAS), [shown, rowPx]);
  const { ref, from, to, abovePx, belowPx } = useVirtualRows(shown.length, offsets);
  const longest = nodes.reduce(
    (max, { a, b }) => Math.max(max, a?.totalMicros ?? 0, b?.totalMicros ?? 0),
    1,
  );
  return (
    <div class="compared">
      <Totals nodes={nodes} isDifferent={isDifferent} onDifferent={setDifferent} />
      <div class="compared-head">
        <span>Service and operation</span>
        <span class="side-name">A</span>
        <span class="side-name">B</span>
        <span>B : A</span>
      </div>
      <div class="compared-rows" ref={ref}>
        <div style={{ height: `${abovePx}px` }} />
        {shown.slice(from, to).map((node, i) => (
          <Row key={from + i} node={node} colors={colors} longest={longest} />
        ))}
        <div style={{ height: `${belowPx}px` }} />
      </div>
    </div>
  );
}

function Totals(props: {
  readonly nodes: readonly ComparedNode[];
  readonly isDifferent: boolean;
  readonly onDifferent: (isDifferent: boolean) => void;
}): JSX.Element {
  const found = new Map<string, number>();
  for (const node of props.nodes) {
    const kind = difference(node);
    found.set(kind, (found.get(kind) ?? 0) + 1);
  }
  const of = (kind: string): number => found.get(kind) ?? 0;
  return (
    <p class="facts totals">
      <span class="only-a">{of('only-a')} only in A</span>
      <span class="only-b">{of('only-b')} only in B</span>
      <span class="slower">{of('slower')} slower in B</span>
      <span class="faster">{of('faster')} faster in B</span>
      <span>{of('same')} alike</span>
      <label>
        <input
          type="checkbox"
          checked={props.isDifferent}
          onChange={(event) => props.onDifferent(event.currentTarget.checked)}
        />{' '}
        differences only
      </label>
    </p>
  );
}

interface RowProps {
  readonly node: ComparedNode;
  readonly colors: ReadonlyMap<string, number>;
  readonly longest: number;
}

function Row({ node, colors, longest }: RowProps): JSX.Element {
  const kind = difference(node);
  const of = ratio(node);
  const indent = Math.min(node.depth, MAX_INDENT) * INDENT_PX;
  return (
    <div class={`compared-row ${kind}`}>
      <span class="row-name" title={`${plain(node.service)} ${plain(node.operation)}`}>
        <span class="guides" style={{ width: `${indent}px` }} />
        <span class="row-text">
          <ServiceName service={node.service} color={colors.get(node.service)} />{' '}
          <Text value={node.operation} />
        </span>
      </span>
      <Bar side={node.a} longest={longest} />
      <Bar side={node.b} longest={longest} />
      <span class="ratio">
        {kind === 'only-a' && 'only in A'}
        {kind === 'only-b' && 'only in B'}
        {of !== undefined && `× ${of.toPrecision(3)}`}
      </span>
    </div>
  );
}

function Bar(props: { readonly side: Side | undefined; readonly longest: number }): JSX.Element {
  const { side, longest } = props;
  if (side === undefined) return <span class="side-bar is-missing">–</span>;
  return (
    <span class="side-bar" title={counted(side.count, 'span')}>
      <i style={{ width: `${(side.totalMicros / longest) * 100}%` }} />
      <span>
        {formatDuration(side.totalMicros)}
        {side.count > 1 && <small> in {side.count}</small>}
        {side.errorCount > 0 && <small class="errors"> {counted(side.errorCount, 'error')}</small>}
      </span>
    </span>
  );
}
