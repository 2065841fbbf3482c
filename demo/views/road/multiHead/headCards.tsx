/** The heads side by side: their weights, what each contributes, and a switch for each. */
import type { Signal } from '@preact/signals';
import { words } from '../../../state/settings';
import { Matrix } from '../../../widgets/matrix';
import { PLACES, type Whole } from './measure';
import type { MultiHeadWords } from './words';

export interface HeadCardsProps {
  readonly own: MultiHeadWords;
  readonly whole: Whole;
  /** The words that look, and those that are looked at. */
  readonly asking: readonly string[];
  readonly answering: readonly string[];
  readonly norms: readonly number[];
  readonly off: Signal<readonly number[]>;
}

/** Width of a picture in pixels, and the most of a cell. */
const WIDTH = 190;
const CELL = 16;

export function HeadCards({ own, whole, asking, answering, norms, off }: HeadCardsProps) {
  const { kind, layer } = whole.place;
  const cell = Math.max(6, Math.min(CELL, Math.floor(WIDTH / answering.length)));
  const toggle = (head: number) => {
    const isOff = off.value.includes(head);
    off.value = isOff
      ? off.value.filter((one) => one !== head)
      : [...off.value, head].toSorted((a, b) => a - b);
  };
  return (
    <ul class="heads" data-place={PLACES.indexOf(whole.place)}>
      {whole.weights.map((weights, head) => {
        const isOff = off.value.includes(head);
        return (
          <li key={head} class={isOff ? 'off' : ''} data-head={head}>
            <p class="head-title">
              <strong>{own.head(head + 1)}</strong>
              <button
                type="button"
                role="switch"
                aria-checked={!isOff}
                aria-label={own.head(head + 1)}
                onClick={() => toggle(head)}
              >
                {isOff ? own.off : own.on}
              </button>
            </p>
            <Matrix
              values={weights}
              rows={asking}
              columns={answering}
              label={own.mapOf(head + 1, own.places[kind](layer))}
              colour="--weight"
              most={1}
              cell={[cell, cell]}
              isBare
            />
            <dl>
              <div class="number">
                <dt>{own.norm}</dt>
                <dd data-norm={norms[head]}>{words.value.number(norms[head] ?? 0, 2)}</dd>
              </div>
              <div class="number">
                <dt>{own.loss}</dt>
                <dd data-loss={whole.losses[head]}>
                  {words.value.number(whole.losses[head] ?? 0, 4)}
                </dd>
              </div>
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
