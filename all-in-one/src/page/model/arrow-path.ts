import type { Point } from './graph-layout.js';

/**
 * The path of an arrow as SVG writes it: from border to border of its nodes, bent so that it leaves and
 * arrives straight on.
 *
 * @param half half of a node's size along the layers, in pixels.
 */
export function arrowPath(
  points: readonly Point[],
  direction: 'right' | 'down',
  half: number,
): string {
  const isDown = direction === 'down';
  const along = (point: Point): number => (isDown ? point.y : point.x);
  const first = points[0]!;
  const last = points.at(-1)!;
  const by = along(last) >= along(first) ? half : -half;
  const moved = (point: Point, offset: number): Point =>
    isDown ? { x: point.x, y: point.y + offset } : { x: point.x + offset, y: point.y };
  const passed = [moved(first, by), ...points.slice(1, -1), moved(last, -by)];
  return passed
    .map((to, i) => (i === 0 ? `M${to.x} ${to.y}` : curve(passed[i - 1]!, to, isDown)))
    .join('');
}

function curve(from: Point, to: Point, isDown: boolean): string {
  const middle = isDown ? (from.y + to.y) / 2 : (from.x + to.x) / 2;
  return isDown
    ? `C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`
    : `C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
}

/** The middle of an arrow, where its number stands. */
export function arrowMiddle(points: readonly Point[]): Point {
  const a = points[Math.floor((points.length - 1) / 2)]!;
  const b = points[Math.ceil((points.length - 1) / 2)]!;
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
