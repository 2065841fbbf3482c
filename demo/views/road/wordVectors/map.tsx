/** Words as points of a plane, coloured by their class. They glide from one picture to the next. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { WordClass } from './classes';
import { placeLabels } from './labels';

export interface MapPoint {
  readonly word: string;
  readonly kind: WordClass;
  readonly place: readonly number[];
}

export interface WordMapProps {
  readonly points: readonly MapPoint[];
  readonly label: string;
  /** Texts of the two axes. */
  readonly axes: readonly string[];
  /** Words that are marked and always labelled, the chosen one first. */
  readonly marked: readonly string[];
  /** The class that stands out; undefined for none. */
  readonly shown: WordClass | undefined;
  onChoose(word: string): void;
}

/** Room at the edges, in pixels. */
const MARGIN = 34;

/** The largest quotient of the scales of the two axes. */
const MOST_STRETCH = 1.6;

/** The number of words above which points are small. */
const MANY = 120;

/** The ends of an axis, rounded so that they seldom change. */
function ends(points: readonly MapPoint[], axis: 0 | 1): readonly [least: number, most: number] {
  const values = points.map(({ place }) => place[axis] ?? 0);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return [Math.floor(least * 10) / 10, Math.max(Math.ceil(most * 10) / 10, least + 0.1)];
}

export function WordMap(props: WordMapProps) {
  const { points, label, axes, marked, shown, onChoose } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(640);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth > 0) width.value = element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const [w, h] = [width.value, Math.round(Math.min(560, Math.max(360, width.value * 0.66)))];
  const [left, right] = ends(points, 0);
  const [bottom, top] = ends(points, 1);
  const up = (h - 2 * MARGIN) / (top - bottom);
  // Wide maps are stretched, but not so far that clusters lose their form.
  const along = Math.min((w - 2 * MARGIN) / (right - left), MOST_STRETCH * up);
  const toX = (x: number) => w / 2 + (x - (left + right) / 2) * along;
  const toY = (y: number) => h / 2 - (y - (bottom + top) / 2) * up;
  const placed = points.map(({ word, place: [x = 0, y = 0] }) => ({
    text: word,
    x: toX(x),
    y: toY(y),
  }));
  const labels = useMemo(() => {
    const isLit = (i: number) => shown === undefined || points[i]?.kind === shown;
    const all = points.map((_, i) => i);
    const first = marked.flatMap((word) => {
      const index = points.findIndex((point) => point.word === word);
      return index < 0 ? [] : [index];
    });
    return placeLabels(placed, { first, others: all.filter(isLit), width: w, height: h });
  }, [points, marked, shown, w, h]);
  return (
    <div ref={frame} class="word-map">
      <svg viewBox={`0 0 ${w} ${h}`} width={w} height={h} role="img" aria-label={label}>
        <path class="axis" d={`M0 ${toY(0)}H${w}M${toX(0)} 0V${h}`} />
        <text class="axis-name" x={w - 8} y={h - 10} text-anchor="end">
          {axes[0]}
        </text>
        <text class="axis-name" x={8} y={12}>
          {axes[1]}
        </text>
        {points.map(({ word, kind, place }, i) => {
          const point = placed[i];
          const side = labels.get(i);
          if (point === undefined) return null;
          const rank = marked.indexOf(word);
          const state = rank === 0 ? 'chosen' : rank > 0 ? 'near' : '';
          const isDim = shown !== undefined && kind !== shown && rank < 0;
          return (
            <g
              key={word}
              class={`point ${kind} ${state} ${isDim ? 'dim' : ''}`}
              style={{ transform: `translate(${point.x.toFixed(1)}px, ${point.y.toFixed(1)}px)` }}
              data-word={word}
              data-x={place[0]}
              data-y={place[1]}
              onPointerDown={() => onChoose(word)}
            >
              <title>{word}</title>
              <circle r={rank === 0 ? 6 : points.length > MANY ? 3 : 4.5} />
              {side !== undefined && (
                <text x={side.dx} y={side.dy} text-anchor={side.anchor}>
                  {word}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}
