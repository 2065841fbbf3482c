/**
 * A matrix by colour: weights from none to full, or numbers of either sign with zero in the middle.
 * The cell under the pointer is read out; all numbers are in a table that can be opened.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { theme, words } from '../state/settings';
import { ScrollRegion } from './scrollRegion';

export interface MatrixProps {
  /** [row][column]; those that are not finite are grey. */
  readonly values: readonly (readonly number[])[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly label: string;
  /** The colour of positive numbers: a custom property of the page's style. */
  readonly colour?: '--query' | '--key' | '--value' | '--weight' | '--activation';
  /** The magnitude that has the full colour (default: the largest one). */
  readonly most?: number;
  /** Width and height of a cell in pixels (default: 24 by 24). */
  readonly cell?: readonly [width: number, height: number];
  /** Decimals of the numbers (default: 3). */
  readonly digits?: number;
  /** Whether the labels are only in what is read out and in the table (default: no). */
  readonly isBare?: boolean;
}

/** Sizes in pixels: a letter of a label, and the room above for labels of columns. */
const LETTER = 7.5;
const HEAD = 76;

export function Matrix(props: MatrixProps) {
  const { values, rows, columns, label, colour = '--activation', digits = 3 } = props;
  const { isBare = false } = props;
  const [width, height] = props.cell ?? [24, 24];
  const most =
    props.most ?? Math.max(1e-12, ...values.flat().filter(Number.isFinite).map(Math.abs));
  const canvas = useRef<HTMLCanvasElement>(null);
  const reading = useSignal('');
  const open = useSignal(false);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === undefined || context === null) return;
    const style = getComputedStyle(element);
    const [plus, minus] = [style.getPropertyValue(colour), style.getPropertyValue('--negative')];
    const none = style.getPropertyValue('--edge');
    context.clearRect(0, 0, element.width, element.height);
    values.forEach((row, r) => {
      row.forEach((value, c) => {
        const isNumber = Number.isFinite(value);
        context.globalAlpha = isNumber ? Math.min(1, Math.abs(value) / most) : 0.35;
        context.fillStyle = !isNumber ? none : value < 0 ? minus : plus;
        context.fillRect(c, r, 1, 1);
      });
    });
  }, [values, colour, most, theme.value]);
  const format = (value: number) => words.value.number(value, digits);
  const shownColumns = !isBare && columns.some((text) => text !== '');
  const shownRows = isBare ? [] : rows;
  const left =
    Math.max(0, ...shownRows.map((text) => text.length)) * LETTER + (shownRows.length ? 10 : 0);
  const read = (event: PointerEvent) => {
    const {
      left: x,
      top: y,
      width: w,
      height: h,
    } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const c = Math.floor(((event.clientX - x) / w) * columns.length);
    const r = Math.floor(((event.clientY - y) / h) * rows.length);
    const value = values[r]?.[c];
    const names = [rows[r], columns[c]].filter((name) => name).join(' · ');
    reading.value = value === undefined ? '' : `${names}: ${format(value)}`;
  };
  return (
    <div class="matrix-with-reading">
      <ScrollRegion label={label}>
        <div
          class="matrix"
          style={{
            gridTemplateColumns: `${left}px ${width * columns.length}px`,
            gridTemplateRows: `${shownColumns ? HEAD : 0}px ${height * rows.length}px`,
          }}
          aria-hidden="true"
        >
          <div class="matrix-columns">
            {(shownColumns ? columns : []).map((text, c) => (
              <span key={c} style={{ width: `${width}px` }}>
                {text}
              </span>
            ))}
          </div>
          <div class="matrix-rows">
            {shownRows.map((text, r) => (
              <span key={r} style={{ height: `${height}px` }}>
                {text}
              </span>
            ))}
          </div>
          <canvas
            ref={canvas}
            width={Math.max(1, columns.length)}
            height={Math.max(1, rows.length)}
            onPointerMove={read}
            onPointerLeave={() => {
              reading.value = '';
            }}
          />
        </div>
      </ScrollRegion>
      <p class="hint reading" aria-hidden="true">
        {reading.value || '\u00a0'}
      </p>
      <NumberTable {...{ values, rows, columns, label, digits, open }} />
    </div>
  );
}

interface NumberTableProps extends Pick<MatrixProps, 'values' | 'rows' | 'columns' | 'label'> {
  readonly digits: number;
  readonly open: { value: boolean };
  /** A number as text (default: with the digits). */
  readonly format?: (value: number) => string;
}

/** The numbers of a picture as a table, made when it is opened. */
export function NumberTable(props: NumberTableProps) {
  const { values, rows, columns, label, digits, open } = props;
  const format = props.format ?? ((value: number) => words.value.number(value, digits));
  return (
    <details
      class="numbers"
      onToggle={({ currentTarget }) => {
        open.value = currentTarget.open;
      }}
    >
      <summary>{words.value.asTable}</summary>
      {open.value && (
        <ScrollRegion label={label}>
          <table>
            <caption class="for-readers">{label}</caption>
            <thead>
              <tr>
                <td />
                {columns.map((text, c) => (
                  <th key={c} scope="col">
                    {text || c + 1}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {values.map((row, r) => (
                <tr key={r}>
                  <th scope="row">{rows[r] || r + 1}</th>
                  {row.map((value, c) => (
                    <td key={c}>{format(value)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </details>
  );
}
