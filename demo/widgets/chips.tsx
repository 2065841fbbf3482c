/** Words as buttons, of which one is chosen. */
import type { Signal } from '@preact/signals';

export interface ChipsProps {
  readonly legend: string;
  readonly words: readonly string[];
  /** The index of the chosen word; beyond the last, the last one is chosen. */
  readonly chosen: Signal<number>;
}

export function Chips({ legend, words, chosen }: ChipsProps) {
  return (
    <fieldset class="chips">
      <legend>{legend}</legend>
      {words.map((word, i) => (
        <button
          key={i}
          type="button"
          aria-pressed={i === Math.min(chosen.value, words.length - 1)}
          onClick={() => {
            chosen.value = i;
          }}
        >
          {word}
        </button>
      ))}
    </fieldset>
  );
}
