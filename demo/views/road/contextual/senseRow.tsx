/** A sentence to edit, with its translation; what was written from the word stands out. */
import type { Signal } from '@preact/signals';
import type { Look } from '../../../state/look';
import { writtenFrom } from './stages';
import type { WORDS } from './words';

export interface SenseRowProps {
  readonly own: (typeof WORDS)['en'];
  readonly index: number;
  readonly word: string;
  readonly text: Signal<string>;
  readonly look: Look;
}

export function SenseRow({ own, index, word, text, look }: SenseRowProps) {
  const letter = own.letters[index] ?? '';
  const translation = look.translation.value;
  const failure = look.failure.value;
  const place = translation?.sourceTokens.indexOf(word) ?? -1;
  const written = translation === undefined ? [] : writtenFrom(translation, place);
  return (
    <li>
      <span class="letter" aria-hidden="true">
        {letter}
      </span>
      <label>
        <span class="for-readers">{letter}</span>
        <input
          type="text"
          name={`sentence-${index}`}
          lang="en"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={200}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
        <span>{own.roles[index]}</span>
      </label>
      {failure !== undefined ? (
        <p role="alert">{failure}</p>
      ) : translation?.source === text.value && place < 0 ? (
        <p role="alert">{own.missing(word)}</p>
      ) : (
        <p lang="fr">
          {translation?.tokens.map((token, t) => (
            <span key={t}>
              {written.includes(t) ? <mark title={own.written(word)}>{token}</mark> : token}{' '}
            </span>
          )) ?? '…'}
        </p>
      )}
    </li>
  );
}
