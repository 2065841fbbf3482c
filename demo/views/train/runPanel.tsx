/** The run in view: its buttons, its figures, its learning rate, and what it is asked. */
import { useSignal } from '@preact/signals';
import type { ModelFiles } from '../../engine/engine';
import { saveFile } from '../../state/save';
import { language, words } from '../../state/settings';
import { Slider } from '../../widgets/slider';
import { runName } from './course';
import { inForce } from './events';
import { duration, megabytes, rateText } from './format';
import { Figure } from './needs';
import { familyOf, isShutOut, Samples } from './samples';
import type { RunView, Training } from './training';
import { WORDS } from './words';

interface RunProps {
  readonly training: Training;
  readonly run: RunView;
}

export interface RunPanelProps extends RunProps {
  /** Takes a model in among those that translate. */
  adopt(name: string, files: ModelFiles): void;
}

export function RunPanel({ training, run, adopt }: RunPanelProps) {
  const own = WORDS[language.value];
  const { id, state, log, failure, compiled } = run;
  const steps = Number(run.recipe.values.steps);
  const isChangeable =
    state === 'compiling' ? log.losses.length > 0 : run.bytes > 0 && state !== 'done';
  return (
    <section
      class="run card"
      aria-label={runName(run, training.runs.value)}
      data-run={id}
      data-state={state}
      data-step={log.losses.length}
      data-bytes={run.bytes}
    >
      <header>
        <h2>{runName(run, training.runs.value)}</h2>
        <span class={`badge ${state === 'running' ? 'live' : ''}`}>{own.states[state]}</span>
      </header>
      <Buttons training={training} run={run} />
      <progress
        max={steps}
        value={log.losses.length}
        aria-label={`${own.figures.step} ${log.losses.length} / ${steps}`}
      />
      {state === 'compiling' && compiled !== undefined && (
        <p class="hint">{own.compiled(...compiled)}</p>
      )}
      {failure !== undefined && (
        <div class="failure" role="alert" data-code={failure.code}>
          <strong>{words.value.errors[failure.code] ?? words.value.errors.other}</strong>
          <p>{failure.message}</p>
        </div>
      )}
      {run.lostAt !== undefined && failure === undefined && (
        <p class="hint" role="status" data-lost={run.lostAt}>
          {own.wasLost(words.value.number(run.lostAt))}
        </p>
      )}
      {run.isKept === false && <p role="alert">{own.unkept}</p>}
      <RunFigures training={training} run={run} steps={steps} />
      {isChangeable && <Knobs training={training} run={run} key={`knobs ${id}`} />}
      <Samples training={training} run={run} key={`samples ${id}`} />
      {log.looks.length > 0 && <TakeAway training={training} run={run} adopt={adopt} />}
    </section>
  );
}

function Buttons({ training, run }: RunProps) {
  const own = WORDS[language.value];
  const { id, state, log } = run;
  const isOver = state === 'done';
  const isBusy = state === 'compiling';
  const button = (action: string, text: string, isOff: boolean, work: () => unknown) => (
    <button
      type="button"
      title={action === 'stop' ? own.stopHint : undefined}
      class="look"
      data-action={action}
      disabled={isOff}
      onClick={() => void work()}
    >
      {text}
    </button>
  );
  return (
    <div class="run-buttons">
      {state === 'running'
        ? button('pause', own.pause, false, () => training.pause(id))
        : button('resume', own.resume, isOver || isBusy, () => training.resume(id))}
      {button('step', own.step, isOver || isBusy || state === 'running', () => training.step(id))}
      {button('stop', own.stop, run.bytes === 0 || isBusy, () => training.stop(id))}
      {button('save-run', own.saveRun, log.losses.length === 0 || isBusy, async () => {
        const bytes = await training.file(id);
        if (bytes !== undefined) saveBytes(`qkv-${run.recipe.kind}.safetensors`, bytes);
      })}
    </div>
  );
}

/** What can be done with the model: keep its files, and translate with it. */
function TakeAway({ training, run, adopt }: RunPanelProps) {
  const own = WORDS[language.value];
  const isUsed = useSignal(false);
  const failure = useSignal<string | undefined>(undefined);
  const family = familyOf(training, run);
  const isOff = run.state === 'compiling' || isShutOut(training, run);
  const withFiles = async (work: (files: ModelFiles) => void) => {
    try {
      work(await training.call((service) => service.model(run.id)));
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error);
    }
  };
  const save = (files: ModelFiles) => {
    for (const [name, content] of Object.entries(files)) {
      if (typeof content === 'string') saveFile(name, 'application/json', content);
      else saveBytes(name, content);
    }
  };
  const use = (files: ModelFiles) => {
    adopt(runName(run, training.runs.peek()), files);
    isUsed.value = true;
  };
  return (
    <div class="run-buttons">
      {family === 'translation' && (
        <button
          type="button"
          class="look"
          data-action="use"
          disabled={isOff}
          onClick={() => void withFiles(use)}
        >
          {own.use}
        </button>
      )}
      <button
        type="button"
        class="look"
        data-action="save-model"
        disabled={isOff}
        onClick={() => void withFiles(save)}
      >
        {own.saveModel}
      </button>
      {isUsed.value && (
        <p class="hint">
          {own.used} <a href="#/">{words.value.views.translate}</a>
        </p>
      )}
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
    </div>
  );
}

/** Saves bytes as a file of the visitor's. */
function saveBytes(name: string, bytes: Uint8Array): void {
  saveFile(name, 'application/octet-stream', new Uint8Array(bytes));
}

function RunFigures({ training, run, steps }: RunProps & { readonly steps: number }) {
  const own = WORDS[language.value];
  const { number } = words.value;
  const { log, speed, remaining } = run;
  const last = log.losses.length - 1;
  const look = log.looks.at(-1);
  const of = (values: readonly number[], show: (value: number) => string) => {
    const value = values[last];
    return value === undefined ? '–' : show(value);
  };
  return (
    <>
      <dl class="figures run-figures" data-loss={log.losses[last]} data-norm={log.norms[last]}>
        <Figure name={own.figures.step} value={`${number(last + 1)} / ${number(steps)}`} />
        <Figure name={own.figures.loss} value={of(log.losses, (loss) => number(loss, 3))} />
        <div data-held={look?.loss} data-baseline={log.baseline}>
          <dt>{own.figures.held}</dt>
          <dd>{look === undefined ? '–' : number(look.loss, 3)}</dd>
        </div>
        <Figure
          name={own.figures.baseline}
          value={Number.isFinite(log.baseline) ? number(log.baseline, 3) : '–'}
        />
        {look !== undefined && Number.isFinite(look.accuracy) && (
          <Figure name={own.figures.accuracy} value={own.percent(number(100 * look.accuracy))} />
        )}
        {look?.bleu !== undefined && (
          <Figure name={own.figures.bleu} value={number(look.bleu, 1)} />
        )}
        <Figure name={own.figures.norm} value={of(log.norms, (norm) => number(norm, 2))} />
        <Figure name={own.figures.rate} value={of(log.rates, rateText)} />
        <Figure
          name={own.figures.speed[familyOf(training, run)]}
          value={speed > 0 ? number(speed) : '–'}
        />
        <Figure
          name={own.figures.remaining}
          value={remaining === undefined ? '–' : duration(remaining)}
        />
        <Figure name={own.figures.memory} value={run.bytes > 0 ? megabytes(run.bytes) : '–'} />
      </dl>
      {look !== undefined && look.loss < log.baseline && <p class="verdict right">{own.beats}</p>}
    </>
  );
}

/** Powers of 2 by which the learning rate can be changed, in either direction. */
const MOST_POWER = 4;
/** The highest dropout rate that can be chosen as a run goes on. */
const MOST_DROPOUT = 0.6;

/** What may be changed as a run goes on. */
function Knobs({ training, run }: RunProps) {
  const own = WORDS[language.value];
  const { id, recipe, log, state } = run;
  const { number } = words.value;
  const power = useSignal(Math.log2(inForce(log.changes, 'factor') ?? 1));
  const dropout = useSignal(inForce(log.changes, 'dropout') ?? Number(recipe.values.dropout));
  return (
    <>
      <div
        class="controls"
        data-knob="factor"
        onChange={() => void training.setFactor(id, 2 ** power.peek())}
      >
        <Slider
          label={own.factor}
          value={power}
          min={-MOST_POWER}
          max={MOST_POWER}
          step={0.5}
          format={(value) => `× ${number(2 ** value, 2)}`}
        />
      </div>
      {recipe.values.dropout !== undefined && (
        <div
          class="controls"
          data-knob="dropout"
          onChange={() => void training.setDropout(id, dropout.peek())}
        >
          <Slider
            label={own.dropout}
            value={dropout}
            min={0}
            max={MOST_DROPOUT}
            step={0.05}
            isOff={state === 'compiling'}
            format={(value) => number(value, 2)}
          />
          <p class="hint">{own.dropoutHint}</p>
        </div>
      )}
    </>
  );
}
