/** The box with the sentence that all views use. */
import type { ComponentChildren } from 'preact';
import { words } from '../state/settings';

export interface SentenceBarProps {
  readonly text: string;
  /** Called with the text as it is typed; at once, without waiting for more, when it is entered. */
  onText(text: string, isEntered: boolean): void;
  readonly children?: ComponentChildren;
}

export function SentenceBar({ text, onText, children }: SentenceBarProps) {
  return (
    <form
      class="sentence"
      onSubmit={(event) => {
        event.preventDefault();
        onText(text, true);
      }}
    >
      <label for="sentence">{words.value.sentence}</label>
      <input
        id="sentence"
        type="text"
        lang="en"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={400}
        value={text}
        placeholder={words.value.sentenceHint}
        onInput={(event) => onText(event.currentTarget.value, false)}
      />
      {children}
    </form>
  );
}
