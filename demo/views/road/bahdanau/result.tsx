/** What follows from the weights: the context, the odds of the next word, and the answer. */
import { scientific } from '../../../widgets/powers';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { magnitude } from '../lib/numbers';
import { OddsTable } from './oddsTable';
import type { View } from './view';
import type { WORDS } from './words';

export interface ResultProps {
  readonly view: View;
  readonly own: (typeof WORDS)['en'];
  readonly isCustom: boolean;
}

export function Result({ view, own, isCustom }: ResultProps) {
  const most = magnitude(view.annotations);
  const answer = isCustom ? view.changedAnswer : view.answer;
  const strips = [
    [own.ownContext, view.ownContext],
    ...(isCustom ? [[own.newContext, view.context] as const] : []),
  ] as const;
  return (
    <div class="bahdanau-result">
      <div>
        <p class="name">{own.context}</p>
        <dl>
          {strips.map(([name, values]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <VectorStrip {...{ values, most }} of="value" label={`c, ${name}`} />
              </dd>
            </div>
          ))}
        </dl>
        <p class="hint" data-difference={view.difference}>
          {own.agreement(scientific(view.difference))}
        </p>
        <p aria-live="polite" data-answer={answer?.join(' ')}>
          {isCustom ? own.answer : own.ownAnswer}{' '}
          <span class="bahdanau-answer" lang="fr">
            {answer?.join(' ') ?? '…'}
          </span>
        </p>
      </div>
      <OddsTable {...{ view, own }} />
    </div>
  );
}
