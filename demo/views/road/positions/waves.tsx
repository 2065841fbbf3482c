/** Sinusoids and their dot products, by base, size and number of places. */
import type { Signal } from '@preact/signals';
import type { Rows } from '../../../engine/tensors';
import { words } from '../../../state/settings';
import { Chart } from '../../../widgets/chart';
import { Choice } from '../../../widgets/choice';
import { Matrix } from '../../../widgets/matrix';
import { Slider } from '../../../widgets/slider';
import type { PositionWords } from './words';

export const SIZES: readonly number[] = [8, 16, 32, 64, 128];

/** The base is ten to the power of the slider. */
export const EXPONENTS = { min: 0.5, max: 6, step: 0.25 };
export const LENGTHS = { min: 8, max: 64, step: 4 };

export interface WavesProps {
  readonly own: PositionWords;
  readonly exponent: Signal<number>;
  readonly size: Signal<number>;
  readonly length: Signal<number>;
  readonly table: Rows;
  readonly products: Rows;
}

/** Most pixels of a picture, and the most of a cell. */
const WIDTH = 770;
const SQUARE = 380;
const CELL = 24;

const cellOf = (pixels: number, count: number) =>
  Math.max(4, Math.min(CELL, Math.floor(pixels / count)));

export function Waves({ own, exponent, size, length, table, products }: WavesProps) {
  const names = table.map((_, place) => own.place(place));
  // A label stands at every fourth place, so that the others do not run into each other.
  const square = cellOf(SQUARE, length.value);
  const labels = names.map((_, place) => (place % 4 === 0 ? String(place) : ''));
  return (
    <section class="waves">
      <h2>{own.tableTitle}</h2>
      <div class="controls">
        <Slider
          label={own.base}
          value={exponent}
          {...EXPONENTS}
          format={(value) => words.value.number(10 ** value, value < 1 ? 1 : 0)}
        />
        <Choice label={own.size} options={SIZES.map((one) => [one, String(one)])} chosen={size} />
        <Slider label={own.length} value={length} {...LENGTHS} format={String} />
      </div>
      <p class="hint">{own.waves(size.value)}</p>
      <div data-picture="waves">
        <Matrix
          values={table}
          rows={labels}
          columns={Array.from({ length: size.value }, () => '')}
          label={own.waves(size.value)}
          most={1}
          cell={[cellOf(WIDTH, size.value), cellOf(260, length.value)]}
        />
      </div>
      <div class="products">
        <div data-picture="products">
          <p class="hint">{own.products}</p>
          <Matrix
            values={products}
            rows={labels}
            columns={names.map(() => '')}
            label={own.products}
            most={1}
            cell={[square, square]}
          />
        </div>
        <div>
          <p class="hint">{own.byDistance}</p>
          <Chart
            label={own.byDistance}
            x={names.map((_, distance) => distance)}
            curves={[{ name: own.product, values: products[0] ?? [], colour: '--activation' }]}
            xLabel={own.distance}
            yLabel={own.product}
            height={Math.min(SQUARE, square * length.value)}
          />
        </div>
      </div>
    </section>
  );
}
