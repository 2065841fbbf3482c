/** A recurrent network reads the visitor's sentence; a word can be replaced. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { NumberTable } from '../../../widgets/matrix';
import { percent } from '../../../widgets/percent';
import { ScrollRegion } from '../../../widgets/scrollRegion';
import { Stepper } from '../../../widgets/stepper';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { Equation } from './equation';
import Formula from './formula.tex';
import { END, likeliest, type Network, UNKNOWN } from './network';
import { readText, STOP } from './reading';
import { Terms } from './terms';
import { useNetwork } from './training';
import { Unrolled } from './unrolled';
import { WORDS } from './words';
import './rnn.css';

const STEPS = WORDS.en.steps.length;
/** In the address: no word is replaced. */
const NOTHING = '-';
const GUESSES = 5;

/** A whole number of the address, from 0 to the most. */
function asked(name: string, fallback: number, most = Infinity): number {
  const text = route.peek().query.get(name) ?? '';
  const value = Number(text);
  const isRight = text !== '' && Number.isInteger(value) && value >= 0 && value <= most;
  return isRight ? value : fallback;
}

export default function Recurrent({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const chosen = useSignal(asked('word', 3));
  const by = useSignal(route.peek().query.get('by') ?? 'cats');
  const step = useSignal(asked('step', STEPS - 1, STEPS - 1));
  const open = useSignal(false);
  const { network, progress, failure } = useNetwork(engine);
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      word: String(chosen.value),
      by: by.value,
      step: String(step.value),
    });
  });
  const shown = useComputed(
    () => network.value && readText(network.value, sentence.value, chosen.value, by.value),
  );
  const view = shown.value;
  const { done, loss } = progress.value ?? {};
  const number = (value: number, digits = 0) => words.value.number(value, digits);
  const trained = network.value;
  const last = view?.replaced ?? view?.plain;
  const state = view && last?.steps[view.column];
  const states = last?.steps.map(({ h }) => h) ?? [];
  return (
    <FigureFrame
      number={6}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://doi.org/10.1207/s15516709cog1402_1' }}
      notice={own.notice}
      numbers={
        view &&
        trained && {
          sentence: sentence.value,
          read: view.plain.words,
          ids: view.plain.ids,
          replaced: view.replaced && { column: view.column, word: by.value },
          replacedIds: view.replaced?.ids,
          states: view.plain.steps.map(({ h }) => h),
          statesAfter: view.replaced?.steps.map(({ h }) => h),
          moved: view.moved,
          term: state,
          network: plainNetwork(trained),
        }
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {trained === undefined && failure.value === undefined && (
        <p class="hint rnn-training">
          {loss === undefined || done === undefined
            ? `${own.starting} …`
            : own.training(percent(done, 0), number(loss, 2))}
          <progress max={1} value={done ?? 0} aria-label={own.starting} />
        </p>
      )}
      {trained !== undefined && (
        <p class="hint">{own.trained(number(trained.steps), number(trained.loss, 2))}</p>
      )}
      {trained !== undefined && view === undefined && <p role="alert">{own.empty}</p>}
      {trained && view && last && state && (
        <>
          {view.unknown.length > 0 && <p class="hint">{own.unknown(view.unknown.join(', '))}</p>}
          {view.column > 0 && (
            <div class="controls">
              <Choice
                label={own.replace(view.plain.words[view.column] ?? '')}
                options={[
                  [NOTHING, own.nothing],
                  ...trained.vocabulary
                    .slice(UNKNOWN + 1)
                    .toSorted()
                    .map((word) => [word, word] as const),
                ]}
                chosen={by}
              />
            </div>
          )}
          <Unrolled
            plain={view.plain}
            replaced={view.replaced}
            moved={view.moved}
            chosen={view.column}
            onChoose={(column) => {
              chosen.value = column;
            }}
          />
          <NumberTable
            values={Array.from({ length: trained.size }, (_, unit) =>
              states.map((h) => h[unit] ?? 0),
            )}
            rows={Array.from({ length: trained.size }, (_, unit) => String(unit + 1))}
            columns={last.words}
            label={own.table}
            digits={3}
            open={open}
          />
          <h2 class="rnn-step">{own.stepOf(last.words[view.column] ?? '')}</h2>
          <ScrollRegion label={own.stepOf(last.words[view.column] ?? '')}>
            <Equation step={step.value} />
          </ScrollRegion>
          <Stepper steps={own.steps} step={step} />
          <Terms
            found={state}
            step={step.value}
            guesses={likeliest(trained, state.z, GUESSES).map(({ word, odds, id }) => ({
              word: id === END ? `${STOP} (${own.end})` : word,
              odds,
            }))}
          />
        </>
      )}
    </FigureFrame>
  );
}

/** The weights as plain arrays. */
function plainNetwork(network: Network): object {
  const { vocabulary, size, vectors, ofInput, ofState, bias, ofOutput, outputBias } = network;
  const arrays = { vectors, ofInput, ofState, bias, ofOutput, outputBias };
  const plain = Object.entries(arrays).map(([name, data]) => [name, Array.from(data)]);
  return { vocabulary, size, ...Object.fromEntries(plain) };
}
