/** What a run would need, what is wrong with it, and the button that starts it. */
import { useSignal } from '@preact/signals';
import { language, words } from '../../state/settings';
import type { Draft } from './draft';
import { duration, megabytes } from './format';
import { WORDS } from './words';

export interface NeedsProps {
  readonly draft: Draft;
  /** Whether another run is being compiled. */
  readonly isBusy: boolean;
  onStart(isPaused: boolean): void;
}

export function NeedsAndStart({ draft, isBusy, onStart }: NeedsProps) {
  const own = WORDS[language.value];
  const needs = draft.needs.value;
  const isKnown = needs.kind === 'known';
  return (
    <section class="needs card" aria-label={own.needs} data-needs={needs.kind}>
      <div class="starts">
        <button
          type="button"
          class="start"
          disabled={!isKnown || isBusy}
          onClick={() => onStart(false)}
        >
          {own.start}
        </button>
        <button
          type="button"
          class="look"
          data-action="start-paused"
          disabled={!isKnown || isBusy}
          onClick={() => onStart(true)}
        >
          {own.startPaused}
        </button>
      </div>
      <Fault draft={draft} />
      {needs.kind === 'refused' && (
        <div class="failure" role="alert">
          <strong>{own.cannot}</strong>
          <p>{needs.message}</p>
        </div>
      )}
      {needs.kind === 'pending' && draft.fault() === undefined && (
        <p class="hint">{own.predicting} …</p>
      )}
      {isKnown && <Facts draft={draft} prediction={needs.prediction} />}
    </section>
  );
}

function Fault({ draft }: { readonly draft: Draft }) {
  const own = WORDS[language.value];
  const found = draft.fault();
  if (found === undefined) return null;
  const { field, fault } = found;
  const name = own.fields[field.name] ?? field.name;
  const { values } = field;
  const text =
    fault === 'whole' && values.kind === 'count'
      ? own.faults.whole(name, values.least ?? 1)
      : fault === 'range' && values.kind === 'number'
        ? own.faults.range(name, values.least, values.most)
        : own.faults.choice(name);
  return (
    <div class="failure" role="alert">
      <strong>{own.cannot}</strong>
      <p>{text}</p>
    </div>
  );
}

interface FactsProps {
  readonly draft: Draft;
  readonly prediction: Extract<Draft['needs']['value'], { kind: 'known' }>['prediction'];
}

function Facts({ draft, prediction }: FactsProps) {
  const own = WORDS[language.value];
  const { number } = words.value;
  const isMeasuring = useSignal(false);
  const { parameters, bytes, examples, held, batchesPerEpoch, tooLong, example } = prediction;
  const steps = Number(draft.values.value.steps);
  const stepMs = draft.stepMs.value;
  return (
    <>
      <dl class="figures" data-bytes={bytes} data-parameters={parameters}>
        <Figure name={own.predicted.parameters} value={number(parameters)} />
        <Figure name={own.predicted.bytes} value={megabytes(bytes)} />
        <Figure name={own.predicted.examples} value={number(examples)} />
        <Figure name={own.predicted.held} value={number(held)} />
        <Figure name={own.predicted.epoch} value={number(batchesPerEpoch)} />
        <div>
          <dt>{own.predicted.time}</dt>
          <dd data-step-ms={stepMs}>
            {stepMs === undefined ? (
              <button
                type="button"
                class="look"
                disabled={isMeasuring.value}
                onClick={() => {
                  isMeasuring.value = true;
                  void draft.measure().finally(() => {
                    isMeasuring.value = false;
                  });
                }}
              >
                {isMeasuring.value ? `${own.measuring} …` : own.measure}
              </button>
            ) : (
              own.measured(number(stepMs, 1), duration((stepMs * steps) / 1000))
            )}
          </dd>
        </div>
      </dl>
      <p class="hint example">
        {own.predicted.example} <q>{example}</q>
        {tooLong > 0 && ` ${own.predicted.tooLong(number(tooLong))}`}
      </p>
    </>
  );
}

export function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
