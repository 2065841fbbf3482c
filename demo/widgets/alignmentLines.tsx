/** Attention between two sentences as lines: the source above, the target below. */
import { useSignal } from '@preact/signals';

export interface AlignmentProps {
  readonly source: readonly string[];
  readonly target: readonly string[];
  /** [target][source], 0 to 1. */
  readonly weights: readonly (readonly number[])[];
  /** Describes the picture to screen readers. */
  readonly label: string;
}

/** Sizes in units of the picture. */
const LETTER = 8.6;
const PADDING = 9;
const GAP = 8;
/** Height of a word's box. */
export const BOX = 30;
const HEIGHT = 190;
/** A weight below this is not drawn. */
const LEAST = 0.04;

export interface Box {
  readonly text: string;
  readonly x: number;
  readonly width: number;
}

/** Boxes of words side by side, in the middle of the picture's width. */
export function boxes(words: readonly string[], width: number): readonly Box[] {
  const widths = words.map(boxWidth);
  let x = (width - rowWidth(words)) / 2;
  return words.map((text, i) => {
    const own = widths[i] ?? 0;
    const box = { text, x, width: own };
    x += own + GAP;
    return box;
  });
}

const boxWidth = (word: string) => Math.max(26, word.length * LETTER + 2 * PADDING);

/** Width of a row of words. */
export const rowWidth = (words: readonly string[]) =>
  words.reduce((sum, word) => sum + boxWidth(word) + GAP, -GAP);

interface Pointed {
  readonly side: 'source' | 'target';
  readonly index: number;
}

export function AlignmentLines({ source, target, weights, label }: AlignmentProps) {
  const pointed = useSignal<Pointed | undefined>(undefined);
  const width = Math.max(rowWidth(source), rowWidth(target), 120) + 2;
  const [above, below] = [boxes(source, width), boxes(target, width)];
  const shows = (t: number, s: number) => {
    const { side, index } = pointed.value ?? {};
    if (side === undefined) return true;
    return side === 'source' ? index === s : index === t;
  };
  const middle = ({ x, width: own }: Box) => x + own / 2;
  const lines = below.flatMap((to, t) =>
    above.flatMap((from, s) => {
      const weight = weights[t]?.[s] ?? 0;
      if (weight < LEAST) return [];
      const [x1, x2, y1, y2] = [middle(from), middle(to), BOX + 2, HEIGHT - BOX - 2];
      const bend = (y2 - y1) / 2;
      return (
        <path
          key={`${t} ${s}`}
          class="line"
          d={`M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`}
          stroke-width={0.8 + 4.2 * weight}
          stroke-opacity={shows(t, s) ? 0.12 + 0.88 * weight : 0.04}
          data-weight={weight.toFixed(4)}
        />
      );
    }),
  );
  const row = (side: Pointed['side'], words: readonly Box[], y: number) =>
    words.map(({ text, x, width: own }, index) => {
      const isPointed = pointed.value?.side === side && pointed.value.index === index;
      const other = pointed.value !== undefined && pointed.value.side !== side;
      const partner = pointed.value?.index ?? 0;
      const weight = side === 'source' ? weights[partner]?.[index] : weights[index]?.[partner];
      const isLit = isPointed || (other && (weight ?? 0) >= 0.2);
      return (
        <g
          key={`${side} ${index}`}
          class={`word ${side} ${isLit ? 'lit' : ''}`}
          onPointerEnter={() => {
            pointed.value = { side, index };
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
      );
    });
  return (
    <svg
      class="alignment"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <g class="lines">{lines}</g>
      {row('source', above, 1)}
      {row('target', below, HEIGHT - BOX - 1)}
    </svg>
  );
}
