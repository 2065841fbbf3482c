/** Chooses the corpus whose models translate, and says what it is. */
import { CORPORA, type Corpus } from '../../engine/corpora';
import { words } from '../../state/settings';

/** Where everyday sentences come from. */
const SOURCE = 'https://tatoeba.org';

export interface CorpusChoiceProps {
  readonly chosen: Corpus;
  onChoose(corpus: Corpus): void;
}

export function CorpusChoice({ chosen, onChoose }: CorpusChoiceProps) {
  const { label, notes, licence, ...names } = words.value.corpora;
  return (
    <div class="corpus-choice">
      <fieldset>
        <legend>{label}</legend>
        {Object.values(CORPORA).map((corpus) => (
          <button
            key={corpus.name}
            type="button"
            data-corpus={corpus.name}
            aria-pressed={corpus === chosen}
            onClick={() => onChoose(corpus)}
          >
            {names[corpus.name]}
          </button>
        ))}
      </fieldset>
      <p>
        {notes[chosen.name]}{' '}
        {chosen.name === 'everyday' && (
          <a href={SOURCE} rel="external">
            {licence}
          </a>
        )}
      </p>
    </div>
  );
}
