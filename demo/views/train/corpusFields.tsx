/** Where sentences come from: the grammar, or text of the visitor's own. */
import { useSignal } from '@preact/signals';
import { language } from '../../state/settings';
import type { Draft } from './draft';
import { SAMPLE_PAIRS } from './samplePairs';
import { WORDS } from './words';

export function CorpusFields({ draft }: { readonly draft: Draft }) {
  const own = WORDS[language.value];
  const isOwn = useSignal(draft.text.peek() !== '');
  const isPaired = draft.kind.value?.family === 'translation';
  const shown = isOwn.value || draft.text.value !== '';
  const choose = (isYours: boolean) => {
    isOwn.value = isYours;
    draft.text.value = isYours ? SAMPLE_PAIRS : '';
  };
  return (
    <>
      <fieldset class="chips">
        <legend>{own.source}</legend>
        {[false, true].map((isYours) => (
          <button
            key={String(isYours)}
            type="button"
            data-corpus={isYours ? 'own' : 'grammar'}
            aria-pressed={shown === isYours}
            onClick={() => {
              if (shown !== isYours) choose(isYours);
            }}
          >
            {isYours ? own.yours : own.grammar}
          </button>
        ))}
      </fieldset>
      {shown ? (
        <>
          <label class="field wide">
            <span>{isPaired ? own.pastedPairs : own.pasted}</span>
            <textarea
              name="data"
              rows={6}
              spellcheck={false}
              wrap="off"
              value={draft.text.value}
              onKeyDown={(event) => {
                if (event.key !== 'Tab' || event.shiftKey || !isPaired) return;
                const { currentTarget: area } = event;
                const line = area.value.slice(0, area.selectionStart).split('\n').at(-1) ?? '';
                // A tab is written once a line; anywhere else the key moves on, as everywhere.
                if (line.trim() === '' || line.includes('\t')) return;
                event.preventDefault();
                area.setRangeText('\t', area.selectionStart, area.selectionEnd, 'end');
                draft.text.value = area.value;
              }}
              onInput={({ currentTarget }) => {
                draft.text.value = currentTarget.value;
              }}
            />
          </label>
          <label class="field wide">
            <span>{own.file}</span>
            <input
              type="file"
              accept=".tsv,.txt,text/plain,text/tab-separated-values"
              onChange={({ currentTarget }) => {
                void currentTarget.files?.[0]?.text().then((text) => {
                  draft.text.value = text;
                });
              }}
            />
          </label>
          <p class="hint">{own.heldHint}</p>
          {draft.isTooLong.value && <p class="hint">{own.tooLongForLink}</p>}
        </>
      ) : (
        <p class="hint">{own.grammarHint}</p>
      )}
    </>
  );
}
