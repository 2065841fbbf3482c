/** What a token of an answer could have been: the likeliest tokens with their probabilities. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { Alternative } from 'qkv/generate';
import type { Answers } from '../../state/answers';
import { words } from '../../state/settings';
import { percent } from '../../widgets/percent';

export interface AlternativesProps {
  readonly answers: Answers;
  /** Index of the chosen token. */
  readonly chosen: number | undefined;
  onForce(token: number): void;
}

export function Alternatives({ answers, chosen, onForce }: AlternativesProps) {
  const found = useSignal<readonly (readonly Alternative[])[]>([]);
  useSignalEffect(() => {
    const { translation } = answers.answer.value ?? {};
    found.value = [];
    if (translation === undefined || answers.answer.peek()?.origin !== 'live') return;
    answers.alternatives().then(
      (list) => {
        if (answers.answer.peek()?.translation === translation) found.value = list;
      },
      () => undefined,
    );
  });
  const { tokens = [] } = answers.answer.value ?? {};
  const list = chosen === undefined ? undefined : found.value[chosen];
  if (chosen === undefined || list === undefined) {
    return <p class="hint">{words.value.alternativesHint}</p>;
  }
  const token = tokens[chosen]?.trim();
  return (
    <fieldset class="alternatives">
      <legend>
        {token === undefined ? words.value.alternativesEnd : words.value.alternatives(token)}
      </legend>
      {list.map(({ id, token: text = '', probability }) => {
        const isEnd = text === '<eos>';
        const shown = isEnd ? words.value.end : text.trim();
        return (
          <button
            key={id}
            type="button"
            disabled={isEnd || shown === token}
            aria-label={words.value.choose(shown, percent(probability))}
            onClick={() => onForce(id)}
          >
            <span class="token" lang={isEnd ? undefined : 'fr'}>
              {shown}
            </span>
            <meter min={0} max={1} value={probability} />
            <span class="percent">{percent(probability)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}
