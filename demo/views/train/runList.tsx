/** The runs that are kept, and a place for those from files. */
import { useSignal } from '@preact/signals';
import { language, words } from '../../state/settings';
import { colourOf, runName } from './course';
import type { Training } from './training';
import { WORDS } from './words';

export function RunList({ training }: { readonly training: Training }) {
  const own = WORDS[language.value];
  const failure = useSignal<string | undefined>(undefined);
  const runs = training.runs.value;
  const take = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      await training.add(new Uint8Array(await file.arrayBuffer()));
      failure.value = undefined;
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
    }
  };
  return (
    <section
      class="run-list card"
      aria-label={own.runs}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <h2>{own.runs}</h2>
      {runs.length > 0 && (
        <ul>
          {runs.map((run, i) => (
            <li key={run.id} data-kept={run.id}>
              <span class="dot" style={{ background: `var(${colourOf(i)})` }} aria-hidden="true" />
              <button
                type="button"
                class="run-name"
                aria-pressed={run.id === training.shown.value}
                onClick={() => {
                  training.shown.value = run.id;
                }}
              >
                {runName(run, runs)}
              </button>
              <span class="hint">
                {own.states[run.state]}, {own.figures.step}{' '}
                {words.value.number(run.log.losses.length)}
              </span>
              <button
                type="button"
                class="look"
                data-action="forget"
                onClick={() => void training.forget(run.id)}
              >
                {own.forget}
              </button>
            </li>
          ))}
        </ul>
      )}
      <label class="field wide drop">
        <span>{own.drop}</span>
        <input
          type="file"
          name="run-file"
          accept=".safetensors"
          onChange={({ currentTarget }) => void take(currentTarget.files?.[0])}
        />
      </label>
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
    </section>
  );
}
