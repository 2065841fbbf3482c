/** An answer as a row of words, with what is wrong or missing where the truth is known. */
import { compareTokens } from '../../engine/difference';
import type { Answer } from '../../state/answers';
import { words } from '../../state/settings';
import { groupTokens, wordOf } from '../../widgets/wordGroups';

export interface AnswerTextProps {
  readonly answer: Answer;
  /** The true translation's tokens, where it is known. */
  readonly truth: readonly string[] | undefined;
  /** Index of the chosen token; the number of tokens stands for the end. */
  readonly chosen: number | undefined;
  /** The number of tokens that the visitor chose. */
  readonly forced: number;
  /** Called with a token that is chosen; undefined where none can be. */
  readonly onChoose: ((token: number) => void) | undefined;
}

export function AnswerText(props: AnswerTextProps) {
  const { answer, truth, chosen, forced, onChoose } = props;
  const { tokens, state, translation } = answer;
  const groups = groupTokens(tokens);
  const texts = groups.map((group) => wordOf(tokens, group));
  const isDone = state === 'done';
  const compared =
    truth === undefined || !isDone
      ? texts.map((token, index) => ({ kind: 'plain', token, index }) as const)
      : compareTokens(texts, truth);
  return (
    <p class="answer-text" lang="fr">
      {compared.map((one, place) => {
        if (one.kind === 'missing') {
          return (
            <span key={`missing ${place}`} class="missing" title={words.value.missingWord}>
              <span class="for-readers">({words.value.missingWord}: </span>
              {one.token}
              <span class="for-readers">)</span>
            </span>
          );
        }
        const group = groups[one.index] ?? [];
        const first = group[0] ?? 0;
        const mark = group.map((i) => translation?.marks[i]).find((found) => found !== undefined);
        const kind = one.kind === 'wrong' ? 'wrong' : (mark?.kind ?? '');
        const titles: Readonly<Record<string, string>> = {
          wrong: words.value.wrongWord,
          copied: words.value.copied,
          unknown: words.value.unknown,
        };
        const isChosen = chosen !== undefined && group.includes(chosen);
        const classes = `word ${kind} ${first < forced ? 'forced' : ''}`;
        if (onChoose === undefined) {
          return (
            <span key={one.index} class={classes} title={titles[kind]}>
              {one.token}
            </span>
          );
        }
        return (
          <button
            key={one.index}
            type="button"
            class={classes}
            title={titles[kind]}
            aria-pressed={isChosen}
            onClick={() => onChoose(first)}
          >
            {one.token}
          </button>
        );
      })}
      {isDone && onChoose !== undefined && (
        <button
          type="button"
          class="word end"
          aria-label={words.value.end}
          aria-pressed={chosen === tokens.length}
          onClick={() => onChoose(tokens.length)}
        >
          ■
        </button>
      )}
      {state === 'writing' && <span class="cursor" aria-hidden="true" />}
    </p>
  );
}
