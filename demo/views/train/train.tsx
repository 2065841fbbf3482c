/** The view of training: what to train, and how it goes. */
import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { adviceHere } from '../../engine/advice';
import { codeOf, type Engine, type ModelFiles } from '../../engine/engine';
import { language, words } from '../../state/settings';
import '../../style/widgets.css';
import { Curves } from './course';
import { Draft } from './draft';
import { Form } from './form';
import { NeedsAndStart } from './needs';
import { RunList } from './runList';
import { RunPanel } from './runPanel';
import './train.css';
import { trainingOf } from './training';
import { WORDS } from './words';

export interface TrainProps {
  readonly engine: Engine;
  readonly sentence: Signal<string>;
  /** Takes a model in among those that translate. */
  adopt(name: string, files: ModelFiles): void;
}

export default function Train({ engine, sentence, adopt }: TrainProps) {
  const own = WORDS[language.value];
  const training = trainingOf(engine);
  const draft = useMemo(() => new Draft(training), [training]);
  const failure = useSignal<unknown>(undefined);
  useEffect(() => {
    let isLeft = false;
    let end: (() => void) | undefined;
    training
      .open()
      .then(() => draft.follow(sentence))
      .then(
        (stop) => {
          end = stop;
          if (isLeft) stop();
        },
        (error: unknown) => {
          failure.value = error;
        },
      );
    return () => {
      isLeft = true;
      end?.();
      void training.leave();
    };
  }, [training, draft]);
  const kinds = training.kinds.value;
  const runs = training.runs.value;
  const shown = runs.find(({ id }) => id === training.shown.value);
  const isReady = kinds !== undefined && Object.keys(draft.values.value).length > 0;
  const isBusy = runs.some(({ state }) => state === 'compiling');
  return (
    <main id="content" class="train" data-ready={isReady && draft.needs.value.kind !== 'pending'}>
      <div class="train-head">
        <h1>{own.title}</h1>
        <p class="lead">{own.lead}</p>
      </div>
      {failure.value !== undefined && <Failure error={failure.value} />}
      {isReady ? (
        <div class="train-columns">
          <Form draft={draft} kinds={kinds} />
          <div class="train-course">
            <NeedsAndStart
              draft={draft}
              isBusy={isBusy}
              onStart={(isPaused) => void training.start(draft.recipe.peek(), isPaused)}
            />
            <Curves training={training} />
            {shown !== undefined && (
              <RunPanel key={shown.id} training={training} run={shown} adopt={adopt} />
            )}
            <RunList training={training} />
          </div>
        </div>
      ) : (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      )}
    </main>
  );
}

function Failure({ error }: { readonly error: unknown }) {
  const code = codeOf(error) ?? 'other';
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div class="failure" role="alert" data-code={code}>
      <strong>{words.value.errors[code] ?? words.value.errors.other}</strong>
      <p>{message}</p>
      {code === 'device' && <p>{words.value.noGpu.advice[adviceHere()]}</p>}
    </div>
  );
}
