import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { arrowMiddle, arrowPath } from '../../model/arrow-path.js';
import { type GraphLayout, type GraphSizes, layoutGraph } from '../../model/graph-layout.js';
import { type ServiceCall, servicesOf } from '../../model/service-graph.js';
import { NARROW, useMedia } from '../use-media.js';
import { Arrow, ArrowHead } from './arrow.js';
import { ServiceNode } from './service-node.js';

/** Space around the drawing, in pixels. */
const MARGIN = 24;
const WIDE: GraphSizes = {
  nodeWidth: 160,
  nodeHeight: 34,
  layerGap: 96,
  nodeGap: 18,
  direction: 'right',
};
const ON_A_PHONE: GraphSizes = {
  nodeWidth: 118,
  nodeHeight: 34,
  layerGap: 56,
  nodeGap: 12,
  direction: 'down',
};

interface ServiceGraphProps {
  readonly calls: readonly ServiceCall[];
  readonly colors: ReadonlyMap<string, number>;
  /** Only what touches it stands out; undefined: all. */
  readonly picked: string | undefined;
  readonly onPick: (service: string | undefined) => void;
}

interface DrawnProps extends ServiceGraphProps {
  readonly services: readonly string[];
  readonly layout: GraphLayout;
  readonly sizes: GraphSizes;
}

/** The services as boxes in layers, callers first, with an arrow for each connection. */
export function ServiceGraph(props: ServiceGraphProps): JSX.Element {
  const { calls } = props;
  const sizes = useMedia(NARROW) ? ON_A_PHONE : WIDE;
  const services = useMemo(() => servicesOf(calls), [calls]);
  const layout = useMemo(() => layoutOf(calls, services, sizes), [calls, services, sizes]);
  const width = layout.width + 2 * MARGIN;
  const height = layout.height + 2 * MARGIN;
  const drawn = { ...props, services, layout, sizes };
  return (
    <div class="graph" tabIndex={0} role="region" aria-label="Service graph">
      <svg width={width} height={height} viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}>
        <ArrowHead />
        <Arrows {...drawn} />
        <Nodes {...drawn} />
      </svg>
    </div>
  );
}

function layoutOf(
  calls: readonly ServiceCall[],
  services: readonly string[],
  sizes: GraphSizes,
): GraphLayout {
  const numbers = new Map(services.map((service, i) => [service, i]));
  const arrows = calls.map(({ parent, child }) => ({
    from: numbers.get(parent)!,
    to: numbers.get(child)!,
  }));
  return layoutGraph(services.length, arrows, sizes);
}

function Arrows({ calls, layout, sizes, picked }: DrawnProps): JSX.Element {
  const most = calls.reduce((max, { count }) => Math.max(max, count), 1);
  const half = (sizes.direction === 'down' ? sizes.nodeHeight : sizes.nodeWidth) / 2;
  return (
    <>
      {layout.arrows.map(({ index, points }) => {
        const { parent, child, count } = calls[index]!;
        return (
          <Arrow
            key={index}
            path={arrowPath(points, sizes.direction, half)}
            middle={arrowMiddle(points)}
            count={count}
            weight={count / most}
            isFaint={picked !== undefined && parent !== picked && child !== picked}
          />
        );
      })}
    </>
  );
}

function Nodes({
  calls,
  services,
  layout,
  sizes,
  colors,
  picked,
  onPick,
}: DrawnProps): JSX.Element {
  const near = new Set(
    calls
      .filter(({ parent, child }) => parent === picked || child === picked)
      .flatMap(({ parent, child }) => [parent, child]),
  );
  return (
    <>
      {services.map((service, i) => (
        <ServiceNode
          key={service}
          service={service}
          color={colors.get(service)}
          at={layout.nodes[i]!}
          width={sizes.nodeWidth}
          height={sizes.nodeHeight}
          isFaint={picked !== undefined && !near.has(service)}
          isPicked={picked === service}
          onPick={() => onPick(picked === service ? undefined : service)}
        />
      ))}
    </>
  );
}
