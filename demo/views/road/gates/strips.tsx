/** Values of all units at all steps, by colour: a row for each word, a column for each unit. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { language, theme, words } from '../../../state/settings';
import { PARTS, type Rows } from './lstm';
import type { Settings } from './settings';
import type { View } from './view';
import { WORDS } from './words';

interface StripProps {
  /** [step][unit], the units in the order of the picture. */
  readonly values: Rows;
  readonly read: readonly string[];
  readonly title: string;
  /** Gates have the colour of weights, states that of activations. */
  readonly colour: '--weight' | '--activation';
  /** The magnitude that has the full colour. */
  readonly most: number;
  /** The place of the pinned unit. */
  readonly pinned: number;
  readonly name: string;
  onPoint(place: { readonly step: number; readonly column: number } | undefined): void;
  onPin(column: number): void;
}

function Strip(props: StripProps) {
  const { values, read, title, colour, most, pinned, name, onPoint, onPin } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const columns = values[0]?.length ?? 0;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === undefined || context === null) return;
    const style = getComputedStyle(element);
    const [plus, minus] = [style.getPropertyValue(colour), style.getPropertyValue('--negative')];
    context.clearRect(0, 0, element.width, element.height);
    values.forEach((row, step) => {
      row.forEach((value, column) => {
        context.globalAlpha = Math.min(1, Math.abs(value) / most);
        context.fillStyle = value < 0 ? minus : plus;
        context.fillRect(column, step, 1, 1);
      });
    });
  }, [values, colour, most, theme.value]);
  const placeOf = (event: PointerEvent | MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return {
      step: Math.floor(((event.clientY - box.y) / box.height) * values.length),
      column: Math.floor(((event.clientX - box.x) / box.width) * columns),
    };
  };
  return (
    <figure class="unit-strip" data-part={name}>
      <figcaption>{title}</figcaption>
      <div class="unit-strip-picture" aria-hidden="true">
        <ol>
          {read.map((word, t) => (
            <li key={t}>{word}</li>
          ))}
        </ol>
        <div class="unit-strip-cells">
          <canvas
            ref={canvas}
            width={Math.max(1, columns)}
            height={Math.max(1, values.length)}
            onPointerMove={(event) => onPoint(placeOf(event))}
            onPointerLeave={() => onPoint(undefined)}
            onClick={(event) => onPin(placeOf(event).column)}
          />
          <span class="pin" style={{ left: `${(100 * (pinned + 0.5)) / columns}%` }} />
        </div>
      </div>
    </figure>
  );
}

export function Strips({ view, settings }: { readonly view: View; readonly settings: Settings }) {
  const own = WORDS[language.value];
  const reading = useSignal('');
  const { layer, before, read, order } = view;
  // The scale of the cell is that without a clamp, so that colours can be compared.
  const mostOfCell = Math.max(...before.c.flat().map(Math.abs));
  return (
    <>
      <div class="unit-strips" data-clamped={view.clamped}>
        {PARTS.map((part) => {
          const isGate = part === 'f' || part === 'i' || part === 'o';
          return (
            <Strip
              key={part}
              name={part}
              title={own.parts[part]}
              values={layer[part].map((row) => order.map((unit) => row[unit] ?? 0))}
              read={read}
              colour={isGate ? '--weight' : '--activation'}
              most={part === 'c' ? mostOfCell : 1}
              pinned={order.indexOf(view.unit)}
              onPoint={(at) => {
                const unit = order[at?.column ?? -1];
                const value = unit === undefined ? undefined : layer[part][at?.step ?? 0]?.[unit];
                reading.value =
                  unit === undefined || value === undefined
                    ? ''
                    : own.reading(
                        part,
                        unit + 1,
                        read[at?.step ?? 0] ?? '',
                        words.value.number(value, 3),
                      );
              }}
              onPin={(column) => {
                const unit = order[column];
                if (unit !== undefined) settings.unit.value = unit + 1;
              }}
            />
          );
        })}
      </div>
      <p class="hint reading" aria-hidden="true">
        {reading.value || own.readingHint}
      </p>
    </>
  );
}
