/** A sentence, what the network reads of it, what it has to say, and the odds of that. */
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../../../state/settings';
import { bringIntoRegion } from '../../../widgets/bringIntoRegion';
import { percent } from '../../../widgets/percent';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { type Asked, MASK, type Mark, type Objective } from './labels';
import type { Judged } from './odds';
import type { WORDS } from './words';

type Own = (typeof WORDS)['en'];

export interface LabelTableProps {
  readonly objective: Objective;
  readonly asked: Asked;
  readonly marks: readonly Mark[];
  readonly place: number;
  readonly judged: readonly Judged[];
  readonly own: Own;
  onChoose(place: number): void;
}

export function LabelTable(props: LabelTableProps) {
  const { objective, asked, marks, place, judged, own, onChoose } = props;
  const element = useRef<HTMLTableElement>(null);
  useEffect(() => {
    bringIntoRegion(element.current?.querySelector('[aria-pressed="true"]'));
  }, [place, asked.words.length]);
  const isAligned = objective !== 'restore';
  const oddsAt = (i: number) => judged.find((one) => one.place === i)?.truth?.probability;
  return (
    <>
      {!isAligned && (
        <p class="read-line">
          <span class="hint">{own.reads}</span>{' '}
          {asked.input.map((token, i) => (
            <Token key={i} token={token} />
          ))}
        </p>
      )}
      <ScrollRegion label={own.sentence}>
        <table class="label-table" ref={element}>
          <thead>
            <tr>
              <th scope="row">{own.sentence}</th>
              {asked.words.map((word, i) => {
                const mark = objective === 'continue' ? 'k' : (marks[i] ?? 'k');
                return (
                  <th key={i} scope="col">
                    <button
                      type="button"
                      class={`mark-${mark}`}
                      aria-pressed={i === place}
                      title={own.marks[mark]}
                      data-mark={mark}
                      onClick={() => onChoose(i)}
                    >
                      {word}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {isAligned && (
              <tr data-row="reads">
                <th scope="row">{own.reads}</th>
                {asked.input.map((token, i) => (
                  <td key={i}>
                    <Token token={token} />
                  </td>
                ))}
              </tr>
            )}
            <tr data-row="says">
              <th scope="row">{own.says}</th>
              {asked.words.map((word, i) => (
                <td key={i}>
                  {asked.places.includes(i) ? <span class="token label">{word}</span> : '·'}
                </td>
              ))}
            </tr>
            <tr data-row="odds">
              <th scope="row">{own.odds}</th>
              {asked.words.map((_, i) => {
                const odds = oddsAt(i);
                return (
                  <td key={i} data-odds={odds} class={odds === undefined ? '' : 'odds-cell'}>
                    {odds !== undefined && (
                      <>
                        <meter min={0} max={1} value={odds} aria-hidden="true" />
                        {shortPercent(odds)}
                      </>
                    )}
                  </td>
                );
              })}
            </tr>
          </tbody>
        </table>
      </ScrollRegion>
    </>
  );
}

function Token({ token }: { readonly token: string }) {
  return <span class={token === MASK ? 'token masked' : 'token'}>{token}</span>;
}

/** A probability as text, with a decimal where it is small. */
export function shortPercent(probability: number): string {
  if (probability < 0.001) return `< ${percent(0.001)}`;
  return percent(probability, probability < 0.1 ? 1 : 0);
}

export interface TopListProps {
  readonly word: string;
  readonly judged: Judged;
  readonly own: Own;
}

/** The likeliest words, and the true one wherever it is. */
export function TopList({ word, judged, own }: TopListProps) {
  const { top, truth } = judged;
  const name = (token: string) => (token === '<eos>' ? own.end : token);
  return (
    <div class="top-list">
      <p class="hint">{own.top(word)}</p>
      <ol>
        {top.map(({ id, token, probability }) => (
          <li key={id} data-token={token} data-probability={probability} data-true={token === word}>
            <span>{name(token)}</span>
            <meter min={0} max={1} value={probability} aria-hidden="true" />
            <span class="percent">{shortPercent(probability)}</span>
            {token === word && <span class="true-word">{own.truth}</span>}
          </li>
        ))}
      </ol>
      {truth === undefined && <p>{own.unknown(word)}</p>}
      {truth !== undefined && truth.rank > top.length && (
        <p class="true-word">
          {own.rank(word, words.value.number(truth.rank))}: {shortPercent(truth.probability)}
        </p>
      )}
    </div>
  );
}
