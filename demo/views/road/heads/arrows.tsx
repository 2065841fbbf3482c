/**
 * Where each word looks, as arrows: arcs above one sentence, or lines between two. Right and wrong
 * ones differ in colour and in their dashes.
 */
import { useSignal } from '@preact/signals';
import { BOX, type Box, boxes, rowWidth } from '../../../widgets/alignmentLines';
import type { Arrow } from './scores';
import './arrows.css';

export interface ArrowsProps {
  /** The words that look. */
  readonly rows: readonly string[];
  /** The words that are looked at. */
  readonly columns: readonly string[];
  /** Whether both are the same words, so that one line of them is enough. */
  readonly isSelf: boolean;
  readonly arrows: readonly Arrow[];
  readonly label: string;
}

/** Sizes in units of the picture. */
const BETWEEN = 200;
const LOWEST = 30;
const HIGHEST = 170;
const HEAD = 5;
/** How far from the middle of a word arrows from its left and right end. */
const ASIDE = 7;

const middle = ({ x, width }: Box) => x + width / 2;

/** How high an arc over a distance rises. */
const rise = (distance: number) => Math.min(HIGHEST, LOWEST + 0.2 * distance);

interface Path {
  readonly d: string;
  /** The tip of the arrow, and whether it points down. */
  readonly tip: readonly [x: number, y: number];
  readonly isDown: boolean;
}

/** An arc above a line of words, whose boxes begin at y. */
function arc(from: Box, to: Box, y: number): Path {
  const [x1, centre] = [middle(from), middle(to)];
  if (from === to) {
    const [left, right] = [x1 - ASIDE, x1 + ASIDE];
    const top = y - LOWEST * 1.2;
    const d = `M${left} ${y}C${left - 8} ${top} ${right + 8} ${top} ${right} ${y - HEAD}`;
    return { d, tip: [right, y], isDown: true };
  }
  const x2 = centre + (x1 < centre ? -ASIDE : ASIDE);
  // A cubic curve rises to three quarters of its control points.
  const top = y - (rise(Math.abs(x2 - x1)) * 4) / 3;
  const d = `M${x1} ${y}C${x1} ${top} ${x2} ${top} ${x2} ${y - HEAD}`;
  return { d, tip: [x2, y], isDown: true };
}

/** A line from a word below to one above. */
function line(from: Box, to: Box): Path {
  const [x1, x2, y1, y2] = [middle(from), middle(to), BETWEEN - BOX - 1, BOX + 2];
  const bend = (y1 - y2) / 2;
  const d = `M${x1} ${y1}C${x1} ${y1 - bend} ${x2} ${y2 + bend} ${x2} ${y2 + HEAD}`;
  return { d, tip: [x2, y2], isDown: false };
}

export function Arrows({ rows, columns, isSelf, arrows, label }: ArrowsProps) {
  const pointed = useSignal<number | undefined>(undefined);
  const width = Math.max(isSelf ? 0 : rowWidth(rows), rowWidth(columns), 120) + 2;
  const above = boxes(columns, width);
  const below = isSelf ? above : boxes(rows, width);
  const distances = arrows.flatMap(({ row, column, related }) =>
    [column, ...related].map((end) => {
      const [from, to] = [below[row], above[end]];
      return from && to ? Math.abs(middle(from) - middle(to)) : 0;
    }),
  );
  const top = isSelf ? rise(Math.max(...distances, 0)) + 6 : 1;
  const height = isSelf ? top + BOX + 1 : BETWEEN;
  const pathOf = (row: number, column: number) => {
    const [from, to] = [below[row], above[column]];
    if (from === undefined || to === undefined) return undefined;
    return isSelf ? arc(from, to, top) : line(from, to);
  };
  const isFaded = (row: number) => pointed.value !== undefined && pointed.value !== row;
  const words = (of: 'row' | 'column', all: readonly Box[], y: number) =>
    all.map(({ text, x, width: own }, i) => (
      <g
        key={i}
        class="word"
        onPointerEnter={() => {
          if (of === 'row' && i < rows.length) pointed.value = i;
        }}
        onPointerLeave={() => {
          pointed.value = undefined;
        }}
      >
        <rect x={x} y={y} width={own} height={BOX} rx="7" />
        <text x={x + own / 2} y={y + BOX / 2}>
          {text}
        </text>
      </g>
    ));
  return (
    <svg
      class="alignment arrows"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      {arrows.flatMap(({ row, related, verdict }) =>
        verdict === 'wrong' && !isFaded(row)
          ? related.map((column) => (
              <path key={`${row} ${column}`} class="missed" d={pathOf(row, column)?.d} />
            ))
          : [],
      )}
      {arrows.map(({ row, column, weight, verdict }) => {
        const path = pathOf(row, column);
        if (path === undefined) return null;
        const [x, y] = path.tip;
        const base = path.isDown ? y - 1.8 * HEAD : y + 1.8 * HEAD;
        return (
          <g
            key={row}
            class={`arrow ${verdict} ${isFaded(row) ? 'faded' : ''}`}
            data-row={row}
            data-column={column}
            data-verdict={verdict}
          >
            <path d={path.d} stroke-width={1 + 2.4 * weight} />
            <polygon points={`${x},${y} ${x - HEAD},${base} ${x + HEAD},${base}`} />
          </g>
        );
      })}
      {words(isSelf ? 'row' : 'column', above, isSelf ? top : 1)}
      {!isSelf && words('row', below, BETWEEN - BOX - 1)}
    </svg>
  );
}
