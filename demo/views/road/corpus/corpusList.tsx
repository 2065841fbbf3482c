/** The list of sentence pairs, of which one is chosen, and counts of words. */
import { words } from '../../../state/settings';
import type { CorpusPair } from './service';
import type { WORDS } from './words';

type Own = (typeof WORDS)['en'];

/** Number of pairs in view. */
const LISTED = 5;

export interface CorpusListProps {
  readonly pairs: readonly CorpusPair[];
  readonly index: number;
  readonly own: Own;
  onChoose(index: number): void;
}

export function CorpusList({ pairs, index, own, onChoose }: CorpusListProps) {
  const start = Math.min(Math.max(0, index - 2), Math.max(0, pairs.length - LISTED));
  const number = (value: number) => words.value.number(value);
  return (
    <>
      <ol class="corpus-list" aria-label={own.corpus} start={start + 1}>
        {pairs.slice(start, start + LISTED).map(({ source, target }, i) => (
          <li key={start + i}>
            <button
              type="button"
              aria-current={start + i === index}
              onClick={() => onChoose(start + i)}
            >
              <span lang="en">{source.join(' ')}</span>
              <span lang="fr">{target.join(' ')}</span>
            </button>
          </li>
        ))}
      </ol>
      <div class="stepper">
        <button type="button" disabled={index === 0} onClick={() => onChoose(index - 1)}>
          ← {own.previous}
        </button>
        <p class="hint">{own.place(number(index + 1), number(pairs.length))}</p>
        <button
          type="button"
          disabled={index >= pairs.length - 1}
          onClick={() => onChoose(index + 1)}
        >
          {own.next} →
        </button>
      </div>
    </>
  );
}

export interface WordCountListProps {
  readonly entries: readonly (readonly [word: string, count: number])[];
  readonly lang: 'en' | 'fr';
  readonly own: Own;
}

export function WordCountList({ entries, lang, own }: WordCountListProps) {
  return (
    <ul class="word-counts">
      {entries.map(([word, count], i) => (
        <li key={i} data-word={word} data-count={count}>
          <span lang={lang}>{word}</span>{' '}
          <span class="count">{count === 0 ? own.never : `${words.value.number(count)} ×`}</span>
        </li>
      ))}
    </ul>
  );
}
