/** Takes phrases of the visitor's, typed or the sentence that all views use. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import type { WORDS } from './words';

export interface PhraseFormProps {
  readonly own: (typeof WORDS)['en'];
  readonly phrases: Signal<readonly string[]>;
  readonly sentence: ReadonlySignal<string>;
  /** The number of phrases at most. */
  readonly most: number;
}

/** Words in lower case with single spaces between them. */
export function tidy(text: string): string {
  return text.trim().toLowerCase().split(/\s+/u).join(' ');
}

export function PhraseForm({ own, phrases, sentence, most }: PhraseFormProps) {
  const typed = useSignal('');
  const isNew = (text: string) =>
    tidy(text) !== '' && phrases.value.length < most && !phrases.value.includes(tidy(text));
  const add = (text: string) => {
    if (isNew(text)) phrases.value = [...phrases.value, tidy(text)];
  };
  return (
    <form
      class="phrase-form"
      onSubmit={(event) => {
        event.preventDefault();
        add(typed.value);
        typed.value = '';
      }}
    >
      <label>
        {own.phrase}
        <input
          type="text"
          name="phrase"
          lang="en"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={120}
          value={typed.value}
          onInput={({ currentTarget }) => {
            typed.value = currentTarget.value;
          }}
        />
      </label>
      <button type="submit" disabled={!isNew(typed.value)}>
        {own.add}
      </button>
      <button
        type="button"
        name="sentence"
        disabled={!isNew(sentence.value)}
        onClick={() => add(sentence.value)}
      >
        {own.addSentence}
      </button>
    </form>
  );
}
