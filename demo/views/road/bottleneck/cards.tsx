/** The answers of the models side by side, with what is wrong and what is missing. */
import { MODELS } from '../../../engine/models';
import { words } from '../../../state/settings';
import { AnswerText } from '../../translate/answerText';
import type { Outcome } from './state';
import type { WORDS } from './words';

export interface CardsProps {
  readonly outcomes: readonly Outcome[];
  readonly truth: readonly string[] | undefined;
  readonly own: (typeof WORDS)['en'];
}

export function Cards({ outcomes, truth, own }: CardsProps) {
  return (
    <div class="bottleneck-cards">
      {outcomes.map(({ model, answer, compared, bleu }) => {
        const { name } = words.value.generations[model] ?? { name: model };
        const count = (kind: string) => compared?.filter((one) => one.kind === kind).length ?? 0;
        const [wrong, missing] = [count('wrong'), count('missing')];
        return (
          <article
            key={model}
            data-model={model}
            data-state={answer?.state ?? 'waiting'}
            data-source={answer?.source}
          >
            <h2>
              <span class="year">{MODELS.find((one) => one.name === model)?.year}</span> {name}
            </h2>
            {answer?.state === 'failed' ? (
              <p role="alert">
                {answer.error instanceof Error ? answer.error.message : String(answer.error)}
              </p>
            ) : (
              answer && (
                <AnswerText
                  {...{ answer, truth }}
                  chosen={undefined}
                  forced={0}
                  onChoose={undefined}
                />
              )
            )}
            {answer?.state === 'loading' && <p class="hint">{words.value.loading} …</p>}
            {compared && (
              <p class={`verdict ${wrong + missing === 0 ? 'right' : ''}`}>
                {wrong + missing === 0 ? words.value.right : words.value.mistakes(wrong, missing)}{' '}
                {bleu !== undefined && (
                  <span data-bleu={bleu}>{own.bleu(words.value.number(bleu, 1))}</span>
                )}
              </p>
            )}
          </article>
        );
      })}
    </div>
  );
}
