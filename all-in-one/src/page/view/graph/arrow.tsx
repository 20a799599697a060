import type { JSX } from 'preact';
import { formatCount } from '../../model/format.js';
import type { Point } from '../../model/graph-layout.js';

/** What arrows end in; once in each drawing. */
export function ArrowHead(): JSX.Element {
  return (
    <defs>
      <marker
        id="head"
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerWidth="8"
        markerHeight="8"
        markerUnits="userSpaceOnUse"
        orient="auto-start-reverse"
      >
        <path d="M0 0.5L8 4L0 7.5z" />
      </marker>
    </defs>
  );
}

interface ArrowProps {
  readonly path: string;
  readonly middle: Point;
  readonly count: number;
  /** Its calls as a share of the busiest arrow's. */
  readonly weight: number;
  readonly isFaint: boolean;
}

/** A connection with the number of its calls. */
export function Arrow({ path, middle, count, weight, isFaint }: ArrowProps): JSX.Element {
  return (
    <g class={isFaint ? 'arrow is-faint' : 'arrow'}>
      <path d={path} stroke-width={1 + 2 * Math.sqrt(weight)} marker-end="url(#head)" />
      <text x={middle.x} y={middle.y} dy="0.35em" text-anchor="middle">
        {formatCount(count)}
      </text>
    </g>
  );
}
