/** Says which words of the sentence the model does not know, and offers words that it knows. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { FIRST_MODEL } from '../../engine/models';
import type { Answers } from '../../state/answers';
import { words } from '../../state/settings';

export interface UnknownWordsProps {
  /** The answers of the first model, which knows the same words as the others. */
  readonly answers: Answers;
  /** Called with a word of the sentence and the one to put in its place. */
  onReplace(word: string, other: string): void;
}

/** Number of words that are offered. */
const OFFERED = 3;

interface Hint {
  readonly word: string;
  readonly similar: readonly string[];
}

export function UnknownWords({ answers, onReplace }: UnknownWordsProps) {
  const hints = useSignal<readonly Hint[]>([]);
  const known = useSignal(0);
  useSignalEffect(() => {
    const { translation } = answers.answer.value ?? {};
    const unknown = (translation?.sourceTokens ?? []).filter(
      (_, i) => translation?.sourceMarks[i] !== undefined,
    );
    if (unknown.length === 0) {
      hints.value = [];
      return;
    }
    let isCurrent = true;
    void findHints([...new Set(unknown)]).then((found) => {
      if (!isCurrent) return;
      known.value = found.known;
      hints.value = found.hints;
    });
    return () => {
      isCurrent = false;
    };
  });
  if (hints.value.length === 0) return null;
  const own = words.value.unknownWords;
  return (
    <ul class="unknown-words" aria-live="polite">
      {hints.value.map(({ word, similar }) => (
        <li key={word} data-word={word}>
          {own.unknown(word, known.value)}{' '}
          {similar.length > 0 && (
            <>
              {own.similar}{' '}
              {similar.map((other) => (
                <button key={other} type="button" lang="en" onClick={() => onReplace(word, other)}>
                  {other}
                </button>
              ))}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The vocabulary is loaded with the first unknown word. */
async function findHints(unknown: readonly string[]) {
  const { knownWords, similarWords } = await import('../../engine/knownWords');
  const known = await knownWords(FIRST_MODEL);
  return {
    known: known.length,
    hints: unknown.map((word) => ({ word, similar: similarWords(word, known, OFFERED) })),
  };
}
