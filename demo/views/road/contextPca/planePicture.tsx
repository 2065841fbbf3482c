/** Points on a plane with links between them; points at the same place share a label. */
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { placeLabels } from './labels';

export interface PlanePoint {
  readonly at: readonly [x: number, y: number];
  readonly label: string;
  readonly kind: 'active' | 'passive' | 'typed';
  /** The whole phrase. */
  readonly title: string;
}

export interface PlaneLink {
  readonly from: number;
  readonly to: number;
  readonly kind: 'meaning' | 'nearest';
}

export interface PlanePictureProps {
  readonly points: readonly PlanePoint[];
  readonly links: readonly PlaneLink[];
  readonly axes: readonly [x: string, y: string];
  readonly label: string;
}

/** Sizes in units of the picture. */
const WIDTH = 420;
const HEIGHT = 380;
const MARGIN = { side: 52, end: 34 };
const MARK = 5;

export function PlanePicture({ points, links, axes, label }: PlanePictureProps) {
  const place = scaleOf(points.map(({ at }) => at));
  const places = points.map(({ at }) => place(at));
  const labels = placeLabels(
    places.map((at, i) => ({ at, text: points[i]?.label ?? '' })),
    { width: WIDTH, height: HEIGHT - 18, mark: MARK },
  );
  return (
    <ScrollRegion label={label}>
      <svg
        class="plane"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={label}
      >
        <rect class="ground" x="0.5" y="0.5" width={WIDTH - 1} height={HEIGHT - 1} rx="8" />
        <text class="axis" x={WIDTH - 8} y={HEIGHT - 8} text-anchor="end">
          {axes[0]} →
        </text>
        <text class="axis" transform={`translate(15 ${HEIGHT - 26}) rotate(-90)`}>
          {axes[1]} →
        </text>
        {links.map(({ from, to, kind }) => {
          const [[x1, y1] = [0, 0], [x2, y2] = [0, 0]] = [places[from], places[to]];
          return (
            <line
              key={`${kind} ${from} ${to}`}
              class={`link ${kind}`}
              data-link={`${kind} ${from} ${to}`}
              {...{ x1, y1, x2, y2 }}
            />
          );
        })}
        {points.map(({ at, kind, title }, i) => {
          const [x, y] = places[i] ?? [0, 0];
          return (
            <g key={i} class={`point ${kind}`} data-x={at[0]} data-y={at[1]}>
              <title>{title}</title>
              {kind === 'active' && <circle cx={x} cy={y} r={MARK} />}
              {kind === 'passive' && (
                <rect x={x - MARK} y={y - MARK} width={2 * MARK} height={2 * MARK} />
              )}
              {kind === 'typed' && (
                <path d={`M${x} ${y - 8}L${x + 8} ${y}L${x} ${y + 8}L${x - 8} ${y}Z`} />
              )}
            </g>
          );
        })}
        {labels.map(({ text, x, y, anchor }, i) => (
          <text key={i} class="name" {...{ x, y }} text-anchor={anchor}>
            {text}
          </text>
        ))}
      </svg>
    </ScrollRegion>
  );
}

/** Numbers to places, with the same scale on both axes. */
function scaleOf(all: readonly (readonly [number, number])[]) {
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const scale = Math.min(
    (WIDTH - 2 * MARGIN.side) / Math.max(1e-9, right - left),
    (HEIGHT - 2 * MARGIN.end) / Math.max(1e-9, high - low),
  );
  return ([x, y]: readonly [number, number]): readonly [number, number] => [
    WIDTH / 2 + scale * (x - (left + right) / 2),
    HEIGHT / 2 - scale * (y - (low + high) / 2),
  ];
}
