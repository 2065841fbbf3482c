/** One step of the network, term by term. */
import { language, words } from '../../../state/settings';
import { percent } from '../../../widgets/percent';
import { VectorStrip } from '../../../widgets/vectorStrip';
import type { Step } from './network';
import { WORDS } from './words';

export interface TermsProps {
  readonly found: Step;
  /** The index of the step in view. */
  readonly step: number;
  /** The likeliest next words. */
  readonly guesses: readonly { readonly word: string; readonly odds: number }[];
}

const VECTORS = ['x', 'fromInput', 'before', 'fromState', 'sum', 'h'] as const;

export function Terms({ found, step, guesses }: TermsProps) {
  const own = WORDS[language.value];
  return (
    <div class="rnn-terms">
      {VECTORS.slice(0, step + 1).map((name, i) => (
        <p key={name} class={`query-row ${i === step ? 'lit' : ''}`} data-term={name}>
          <span class="name">{own.terms[name]}</span>
          <VectorStrip
            values={found[name]}
            most={name === 'h' || name === 'before' ? 1 : 3}
            of="activation"
            label={`${own.terms[name]}: ${found[name].map((x) => words.value.number(x, 2)).join(' ')}`}
          />
        </p>
      ))}
      {step >= VECTORS.length && (
        <div class="query-row lit" data-term="z">
          <span class="name">{own.terms.z}</span>
          <ol class="rnn-odds">
            {guesses.map(({ word, odds }) => (
              <li key={word} data-odds={odds} data-word={word}>
                <span>{word}</span>
                <meter min={0} max={1} value={odds} />
                <span>{percent(odds)}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  );
}
