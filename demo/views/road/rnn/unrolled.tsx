/** The network unrolled: a column for each word, with its state as a strip of cells and its guess. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { language, theme, words } from '../../../state/settings';
import { percent } from '../../../widgets/percent';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import type { Reading } from './reading';
import { WORDS } from './words';

export interface UnrolledProps {
  readonly plain: Reading;
  /** With a word replaced. */
  readonly replaced: Reading | undefined;
  /** How far each state is from the one before the replacement; of states that are equal, 0. */
  readonly moved: readonly number[];
  /** The chosen column. */
  readonly chosen: number;
  onChoose(column: number): void;
}

export function Unrolled({ plain, replaced, moved, chosen, onChoose }: UnrolledProps) {
  const own = WORDS[language.value];
  const columns = plain.words.map((_, t) => t);
  const row = (
    title: string,
    cell: (column: number) => ComponentChildren,
    kind: (column: number) => string,
  ) => (
    <tr>
      <th scope="row">{title}</th>
      {columns.map((t) => (
        <td key={t} class={`${kind(t)} ${t === chosen ? 'chosen' : ''}`}>
          {cell(t)}
        </td>
      ))}
    </tr>
  );
  const guess = ({ guesses }: Reading, t: number) => {
    const { word = '', odds = 0 } = guesses[t] ?? {};
    return (
      <>
        {word}
        <br />
        <span class="hint">{percent(odds, 0)}</span>
      </>
    );
  };
  const isChanged = (t: number) => (moved[t] ?? 0) > 0;
  return (
    <ScrollRegion label={own.unrolled}>
      <table class="unrolled">
        <caption class="for-readers">{own.unrolled}</caption>
        <tbody>
          {row(
            own.rows.guess,
            (t) => guess(plain, t),
            () => 'guess',
          )}
          {row(
            own.rows.state,
            (t) => (
              <StateStrip values={plain.steps[t]?.h ?? []} label={`h, ${plain.words[t]}`} />
            ),
            () => 'state',
          )}
          {row(
            own.rows.word,
            (t) => (
              <button type="button" aria-pressed={t === chosen} onClick={() => onChoose(t)}>
                {plain.words[t]}
              </button>
            ),
            () => 'word',
          )}
        </tbody>
        {replaced !== undefined && (
          <tbody class="after">
            <tr>
              <th scope="rowgroup" colSpan={columns.length + 1}>
                {own.after}
              </th>
            </tr>
            {row(
              own.rows.replaced,
              (t) => replaced.words[t],
              (t) => (replaced.words[t] === plain.words[t] ? 'word' : 'word new'),
            )}
            {row(
              own.rows.changed,
              (t) => (
                <StateStrip values={replaced.steps[t]?.h ?? []} label={`h, ${replaced.words[t]}`} />
              ),
              (t) => (isChanged(t) ? 'state changed' : 'state'),
            )}
            {row(
              own.rows.changedGuess,
              (t) => guess(replaced, t),
              (t) => (replaced.guesses[t]?.word === plain.guesses[t]?.word ? 'guess' : 'guess new'),
            )}
            {row(
              own.rows.moved,
              (t) => (
                <span data-moved={moved[t]}>{small(moved[t] ?? 0)}</span>
              ),
              () => 'number',
            )}
          </tbody>
        )}
      </table>
    </ScrollRegion>
  );
}

/** Two decimals, and 0 only for none at all. */
function small(value: number): string {
  if (value === 0) return '0';
  return value < 0.01 ? `< ${words.value.number(0.01, 2)}` : words.value.number(value, 2);
}

/** A state, from its first unit down. */
function StateStrip(props: { readonly values: readonly number[]; readonly label: string }) {
  const { values, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === undefined || context === null || canvas.current === null) return;
    const style = getComputedStyle(canvas.current);
    const [plus, minus] = ['--activation', '--negative'].map((name) =>
      style.getPropertyValue(name),
    );
    context.clearRect(0, 0, 1, values.length);
    values.forEach((value, i) => {
      context.globalAlpha = Math.min(1, Math.abs(value));
      context.fillStyle = (value < 0 ? minus : plus) ?? '';
      context.fillRect(0, i, 1, 1);
    });
  }, [values, theme.value]);
  return <canvas ref={canvas} width={1} height={values.length} role="img" aria-label={label} />;
}
