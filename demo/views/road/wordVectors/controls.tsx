/** What starts, stops and changes the training of word vectors. */
import type { Signal } from '@preact/signals';
import { words as pageWords } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { Slider } from '../../../widgets/slider';
import type { LiveTraining } from './training';
import type { WORDS } from './words';

type Own = (typeof WORDS)['en'];

export interface TrainingControlsProps {
  readonly own: Own;
  readonly method: Signal<'skipgram' | 'cbow'>;
  readonly window: Signal<number>;
  readonly negatives: Signal<number>;
  readonly seed: Signal<number>;
  readonly map: Signal<'nouns' | 'all'>;
}

export function TrainingControls(props: TrainingControlsProps) {
  const { own, method, window, negatives, seed, map } = props;
  const plain = (value: number) => pageWords.value.number(value);
  return (
    <div class="controls">
      <Choice
        label={own.method}
        options={[
          ['skipgram', own.methods.skipgram],
          ['cbow', own.methods.cbow],
        ]}
        chosen={method}
      />
      <Choice
        label={own.map}
        options={[
          ['nouns', own.maps.nouns],
          ['all', own.maps.all],
        ]}
        chosen={map}
      />
      <Slider label={own.window} value={window} min={1} max={5} step={1} format={own.windowOf} />
      <Slider label={own.negatives} value={negatives} min={1} max={10} step={1} format={plain} />
      <Slider label={own.seed} value={seed} min={1} max={9} step={1} format={plain} />
    </div>
  );
}

export interface TrainingButtonsProps {
  readonly training: LiveTraining;
  readonly own: Pick<Own, 'start' | 'pause' | 'steps' | 'reset' | 'status'>;
  onReset(): void;
}

/** Starts and pauses training, steps, and begins anew. */
export function TrainingButtons({ training, own, onReset }: TrainingButtonsProps) {
  const state = training.state.value;
  const { picture } = training;
  return (
    <div class="training-buttons">
      <button
        type="button"
        data-do={state === 'running' ? 'pause' : 'start'}
        disabled={state === 'opening'}
        onClick={() => (state === 'running' ? training.pause() : training.start())}
      >
        {state === 'running' ? own.pause : own.start}
      </button>
      <button
        type="button"
        data-do="step"
        disabled={state !== 'paused'}
        onClick={() => training.start((picture?.step ?? 0) + training.every)}
      >
        {own.steps(training.every)}
      </button>
      <button type="button" data-do="reset" onClick={onReset}>
        {own.reset}
      </button>
      {picture !== undefined && (
        <p class="hint" data-step={picture.step} data-state={state}>
          {own.status(
            pageWords.value.number(picture.step),
            picture.loss === undefined ? '–' : pageWords.value.number(picture.loss, 2),
          )}
        </p>
      )}
    </div>
  );
}
