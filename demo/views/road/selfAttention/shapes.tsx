/** The shapes of Q, Kᵀ and their product, to scale. */

export interface ShapesProps {
  readonly rows: number;
  readonly size: number;
  readonly columns: number;
  /** Describes the picture to screen readers. */
  readonly label: string;
}

/** Units of the picture: those of one row or column, and what stands between the matrices. */
const UNIT = 4;
const GAP = 34;
const HEAD = 20;

export function Shapes({ rows, size, columns, label }: ShapesProps) {
  const tall = Math.max(rows, size) * UNIT;
  const boxes = [
    { name: 'Q', kind: 'query', width: size, height: rows, joint: '×' },
    { name: 'Kᵀ', kind: 'key', width: columns, height: size, joint: '→' },
    { name: 'QKᵀ', kind: 'weight', width: columns, height: rows, joint: undefined },
  ] as const;
  const starts = boxes.map((_, i) =>
    boxes.slice(0, i).reduce((sum, { width }) => sum + width * UNIT + GAP, 1),
  );
  const total = (starts.at(-1) ?? 0) + columns * UNIT + 30;
  return (
    <svg
      class="shapes"
      viewBox={`0 0 ${total} ${tall + HEAD + 4}`}
      width={total}
      height={tall + HEAD + 4}
      role="img"
      aria-label={label}
    >
      {boxes.map(({ name, kind, width, height, joint }, i) => {
        const x = starts[i] ?? 0;
        const y = HEAD + (tall - height * UNIT) / 2;
        return (
          <g key={name} class={kind} data-shape={`${height}x${width}`}>
            <rect x={x} y={y} width={width * UNIT} height={height * UNIT} rx="3" />
            <text x={x} y={y - 5}>
              {name} {height}×{width}
            </text>
            {joint !== undefined && (
              <text class="joint" x={x + width * UNIT + GAP / 2} y={HEAD + tall / 2}>
                {joint}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
