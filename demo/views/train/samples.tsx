/** What a run writes as it learns, and what it answers to the visitor. */
import { useSignal } from '@preact/signals';
import { language, words } from '../../state/settings';
import { ScrollRegion } from '../../widgets/scrollRegion';
import { Slider } from '../../widgets/slider';
import type { KindInfo } from './recipe';
import type { RunView, Training } from './training';
import { WORDS } from './words';

export interface SamplesProps {
  readonly training: Training;
  readonly run: RunView;
}

export function Samples({ training, run }: SamplesProps) {
  const own = WORDS[language.value];
  const { number } = words.value;
  const { looks } = run.log;
  // The last sample is in view until the visitor looks back.
  const back = useSignal(0);
  const place = Math.max(0, looks.length - 1 + Math.min(0, back.value));
  const look = looks[place];
  if (look === undefined) {
    return <p class="hint">{own.noSamples(number(Number(run.recipe.values['eval-every'])))}</p>;
  }
  const hasTruth = look.rows.some(({ truth }) => truth !== undefined);
  const family = familyOf(training, run);
  const heads = family === 'word vector' ? own.vectorHeads : own.sampleHeads;
  const title = own.samples[family](number(look.step));
  return (
    <div class="samples" data-look={look.step}>
      <h3>{title}</h3>
      <ScrollRegion label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{heads.from}</th>
              <th scope="col">{heads.to}</th>
              {hasTruth && <th scope="col">{heads.truth}</th>}
            </tr>
          </thead>
          <tbody>
            {look.rows.map(({ from, to, truth }, i) => (
              <tr key={i} class={truth === undefined ? '' : to === truth ? 'right' : 'wrong'}>
                <td>{from === '' ? '▸' : from}</td>
                <td class="written">{to}</td>
                {hasTruth && <td>{truth}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {looks.length > 1 && (
        <div class="controls">
          <Slider
            label={own.earlier}
            value={back}
            min={1 - looks.length}
            max={0}
            step={1}
            format={() => number(look.step)}
          />
        </div>
      )}
      <p class="hint">{own.samplesHints[family]}</p>
      <Ask training={training} run={run} />
    </div>
  );
}

/** What a run's network is for. */
export function familyOf(training: Training, { recipe }: RunView): KindInfo['family'] {
  const kind = training.kinds.value?.find(({ name }) => name === recipe.kind);
  return kind?.family ?? 'translation';
}

/** Whether another run has the GPU, which asking this one would interrupt. */
export function isShutOut(training: Training, { id, bytes }: RunView): boolean {
  return bytes === 0 && training.runs.value.some((one) => one.id !== id && one.state === 'running');
}

function Ask({ training, run }: SamplesProps) {
  const own = WORDS[language.value];
  const family = familyOf(training, run);
  const text = useSignal('');
  const answer = useSignal<string | undefined>(undefined);
  const failure = useSignal<string | undefined>(undefined);
  const ask = async () => {
    try {
      const found = await training.call((service) => service.answer(run.id, text.peek()));
      answer.value = found;
      failure.value = undefined;
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
    }
  };
  const isOff = run.state === 'compiling' || isShutOut(training, run);
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <label class="field wide">
        <span>{own.try[family]}</span>
        <input
          type="text"
          name="ask"
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="look" disabled={isOff}>
        {own.ask}
      </button>
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {answer.value !== undefined && (
        <output class="answer-text" data-answer>
          {answer.value}
        </output>
      )}
    </form>
  );
}
