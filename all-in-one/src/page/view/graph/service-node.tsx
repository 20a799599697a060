import type { JSX } from 'preact';
import type { Point } from '../../model/graph-layout.js';
import { EMPTY_FORM, queryFromForm } from '../../model/search-form.js';
import { cutToWidth } from '../../model/graph-label.js';
import { navigate } from '../navigation.js';
import { plain } from '../text.js';

/** Where the name begins, and what stays free behind it, in pixels. */
const LEFT_PX = 24;
const RIGHT_PX = 6;

interface ServiceNodeProps {
  readonly service: string;
  readonly color: number | undefined;
  readonly at: Point;
  readonly width: number;
  readonly height: number;
  readonly isFaint: boolean;
  readonly isPicked: boolean;
  readonly onPick: () => void;
}

/** A service in the graph. A click shows its neighbours, a double click its traces. */
export function ServiceNode(props: ServiceNodeProps): JSX.Element {
  const { service, at, width, height } = props;
  const classes = ['node', `svc-${props.color ?? 0}`];
  if (props.isFaint) classes.push('is-faint');
  if (props.isPicked) classes.push('is-picked');
  return (
    <g
      class={classes.join(' ')}
      transform={`translate(${at.x - width / 2} ${at.y - height / 2})`}
      role="button"
      tabIndex={0}
      aria-pressed={props.isPicked}
      onClick={props.onPick}
      onDblClick={() => navigate(`/${queryFromForm({ ...EMPTY_FORM, service })}`)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        props.onPick();
      }}
    >
      <title>{plain(service)}</title>
      <Face {...props} />
    </g>
  );
}

function Face({ service, width, height }: ServiceNodeProps): JSX.Element {
  const room = width - LEFT_PX - RIGHT_PX;
  return (
    <>
      <rect width={width} height={height} rx="6" />
      <rect class="node-dot" x="9" y={height / 2 - 4} width="8" height="8" rx="4" />
      <text x={LEFT_PX} y={height / 2} dy="0.35em">
        {cutToWidth(plain(service), room, widthOf)}
      </text>
    </>
  );
}

const context = document.createElement('canvas').getContext('2d');

/** How wide a name is drawn, as the style sheet says. */
function widthOf(text: string): number {
  if (context === null) return 0;
  context.font = `600 12px ${getComputedStyle(document.body).fontFamily}`;
  return context.measureText(text).width;
}
