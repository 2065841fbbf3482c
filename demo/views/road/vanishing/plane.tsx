/** Eigenvalues in the complex plane, with the unit circle. */
import { useSignal } from '@preact/signals';
import { NumberTable } from '../../../widgets/matrix';
import type { Complex } from './eigenvalues';

export interface PlaneProps {
  /** Eigenvalues of each matrix. */
  readonly values: readonly (readonly Complex[])[];
  /** Names of the matrices. */
  readonly names: readonly string[];
  readonly label: string;
  readonly columns: readonly [real: string, imaginary: string, magnitude: string];
}

const TICKS = [-2, -1, 1, 2];

/** Half of the picture's width, in units of the plane. */
const HALF = 2.2;

/** Shapes tell the matrices apart, as a colour tells what is outside the circle. */
const SHAPES: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `M${x - 0.05} ${y}a.05 .05 0 1 0 .1 0a.05 .05 0 1 0 -.1 0`,
  (x, y) => `M${x - 0.045} ${y - 0.045}h.09v.09h-.09z`,
  (x, y) => `M${x} ${y - 0.06}l.06 .1h-.12z`,
  (x, y) => `M${x} ${y - 0.065}l.065 .065l-.065 .065l-.065 -.065z`,
];

export function Plane({ values, names, label, columns }: PlaneProps) {
  const open = useSignal(false);
  const rows = values.flatMap((list, matrix) =>
    list.map(([real, imaginary], i) => ({
      matrix,
      name: `${names[matrix]} ${i + 1}`,
      numbers: [real, imaginary, Math.hypot(real, imaginary)] as const,
    })),
  );
  return (
    <div class="plane-with-numbers">
      <svg
        class="plane"
        viewBox={`${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}`}
        role="img"
        aria-label={label}
      >
        <path class="axis" d={`M${-HALF} 0H${HALF}M0 ${-HALF}V${HALF}`} />
        <circle class="unit" r="1" />
        {TICKS.map((tick) => (
          <g key={tick}>
            <text x={tick + Math.sign(tick) * (Math.abs(tick) === 1 ? 0.12 : 0)} y="0.2">
              {String(tick).replace('-', '−')}
            </text>
            <text
              class="imaginary"
              x="0.08"
              y={-tick - Math.sign(tick) * (Math.abs(tick) === 1 ? 0.14 : 0)}
            >
              {`${tick}i`.replace('-', '−').replace('1', '')}
            </text>
          </g>
        ))}
        {rows.map(({ name, matrix, numbers: [real, imaginary, magnitude] }) => (
          <path
            key={name}
            class={magnitude > 1 ? 'value outside' : 'value'}
            d={SHAPES[matrix % SHAPES.length]?.(real, -imaginary)}
            data-real={real}
            data-imaginary={imaginary}
          />
        ))}
      </svg>
      <NumberTable
        values={rows.map(({ numbers }) => numbers)}
        rows={rows.map(({ name }) => name)}
        columns={columns}
        digits={4}
        {...{ label, open }}
      />
    </div>
  );
}
