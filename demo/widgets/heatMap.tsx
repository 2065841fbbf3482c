/** A table of weights, 0 to 1, by colour; each cell has its number for screen readers. */
import { useSignal } from '@preact/signals';
import { words } from '../state/settings';
import type { AlignmentProps } from './alignmentLines';
import { ScrollRegion } from './scrollRegion';

export interface HeatMapProps extends AlignmentProps {
  /** Whether a cell is outlined (default: none is). */
  readonly isMarked?: (target: number, source: number) => boolean;
  /** The row that is set off (default: none). */
  readonly chosen?: number;
}

export function HeatMap(props: HeatMapProps) {
  const { source, target, weights, label, isMarked, chosen } = props;
  const reading = useSignal('');
  const format = (weight: number) => words.value.number(weight, 3);
  return (
    <>
      <ScrollRegion label={label}>
        <table class="heat-map">
          <caption class="for-readers">{label}</caption>
          <thead>
            <tr>
              <td />
              {source.map((word, s) => (
                <th key={s} scope="col">
                  <span>{word}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {target.map((word, t) => (
              <tr key={t} class={t === chosen ? 'chosen' : undefined}>
                <th scope="row">{word}</th>
                {source.map((other, s) => {
                  const weight = weights[t]?.[s] ?? 0;
                  const read = () => {
                    reading.value = words.value.mapReading(word, other, format(weight));
                  };
                  return (
                    <td
                      key={s}
                      data-weight={weight}
                      class={isMarked?.(t, s) ? 'marked' : undefined}
                      style={{ '--weight-of-cell': weight.toFixed(4) }}
                      onPointerEnter={read}
                    >
                      <span class="for-readers">{format(weight)}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p class="hint reading" aria-hidden="true">
        {reading.value || '\u00a0'}
      </p>
    </>
  );
}
