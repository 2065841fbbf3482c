/** Looks at single words: their neighbours, their numbers, and sums of three of them. */
import type { Signal } from '@preact/signals';
import { words as pageWords } from '../../../state/settings';
import type { Near } from './vectors';

export interface WordBoxProps {
  readonly label: string;
  readonly word: Signal<string>;
  /** Id of a list of words to choose from. */
  readonly list: string;
  /** Whether there is no such word. */
  readonly isUnknown: boolean;
}

/** A box for a word. */
export function WordBox({ label, word, list, isUnknown }: WordBoxProps) {
  return (
    <label class="word-box">
      <span>{label}</span>
      <input
        type="text"
        lang="en"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={40}
        list={list}
        value={word.value}
        aria-invalid={isUnknown}
        onInput={({ currentTarget }) => {
          word.value = currentTarget.value.trim().toLowerCase();
        }}
      />
    </label>
  );
}

/** Words with their cosines, the nearest first. */
export function NearList({
  near,
  label,
}: {
  readonly near: readonly Near[];
  readonly label: string;
}) {
  return (
    <ol class="near-list" aria-label={label}>
      {near.map(({ word, cosine }) => (
        <li key={word} data-near={word} data-cosine={cosine}>
          <span lang="en">{word}</span>
          <meter min={0} max={1} value={Math.max(0, cosine)} aria-hidden="true" />
          <span class="number">{pageWords.value.number(cosine, 2)}</span>
        </li>
      ))}
    </ol>
  );
}

export interface RowBarsProps {
  readonly values: readonly number[];
  readonly label: string;
}

const BAR = 18;
const HEIGHT = 120;

/** The numbers of a vector as bars: up for positive ones, down for negative ones. */
export function RowBars({ values, label }: RowBarsProps) {
  // Rounded, so that the scale seldom changes.
  const most = Math.max(0.5, Math.ceil(2 * Math.max(...values.map(Math.abs))) / 2);
  const width = values.length * BAR;
  const half = HEIGHT / 2;
  const scale = pageWords.value.number(most, 1);
  const text = values.map((value) => pageWords.value.number(value, 2)).join('; ');
  return (
    <div class="bars-with-scale">
      <p class="hint" aria-hidden="true">
        <span>{scale}</span>
        <span>0</span>
        <span>−{scale}</span>
      </p>
      <svg
        class="row-bars"
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={`${label}: ${text}`}
        preserveAspectRatio="none"
      >
        {values.map((value, i) => {
          const length = Math.min(1, Math.abs(value) / most) * (half - 2);
          return (
            <rect
              key={i}
              class={value < 0 ? 'minus' : 'plus'}
              x={i * BAR + 2}
              y={value < 0 ? half : half - length}
              width={BAR - 4}
              height={length}
              rx="2"
              data-value={value}
            >
              <title>{`${i + 1}: ${pageWords.value.number(value, 3)}`}</title>
            </rect>
          );
        })}
        <path class="axis" d={`M0 ${half}H${width}`} />
      </svg>
    </div>
  );
}
