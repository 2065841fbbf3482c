/** Bahdanau's attention on the visitor's sentence, whose weights the visitor changes. */
import { language, words } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { HeatMap } from '../../../widgets/heatMap';
import { percent } from '../../../widgets/percent';
import { Stepper } from '../../../widgets/stepper';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import Formula from './formula.tex';
import { Result } from './result';
import { useBahdanau } from './state';
import { withWeight } from './weights';
import { WeightTable } from './weightTable';
import { WORDS } from './words';
import './bahdanau.css';

export default function Bahdanau(props: FigureProps) {
  const own = WORDS[language.value];
  const state = useBahdanau(props);
  const failure = state.failure.value;
  const view = failure === undefined ? state.view.value : undefined;
  const alignment = state.alignment.value;
  const isLinked = (french: number, english: number) =>
    alignment?.truth.some(([e, f]) => e === english && f === french) ?? false;
  const draw = () => {
    const all = state.sentences.value;
    props.sentence.value = all[Math.floor(Math.random() * all.length)] ?? props.sentence.value;
  };
  const numbers = view && {
    sentence: state.source.value,
    ...{ source: view.source, target: view.target, step: view.at },
    ...{ annotations: view.annotations, scores: view.scores },
    ...{ ownWeights: view.own, weights: view.weights },
    ...{ ownContext: view.ownContext, context: view.context },
    ...{ odds: view.odds, answer: view.answer, changedAnswer: view.changedAnswer },
    ...{ allWeights: view.all, alignment },
  };
  return (
    <FigureFrame
      number={13}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1409.0473' }}
      notice={own.notice}
      numbers={numbers}
    >
      {failure !== undefined && <p role="alert">{failure}</p>}
      {view === undefined ? (
        failure === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <div class="controls">
            <button
              type="button"
              class="look bahdanau-another"
              disabled={state.sentences.value.length === 0}
              onClick={draw}
            >
              {own.another}
            </button>
          </div>
          <Chips legend={own.written} words={view.target} chosen={state.step} />
          <Stepper
            steps={view.target.map((word, t) => own.steps(t < view.answer.length ? word : own.end))}
            step={state.step}
          />
          <WeightTable
            {...{ view, own }}
            isLinked={(english) => isLinked(view.at, english)}
            onWeight={(index, to) => state.set(withWeight(view.weights, index, to))}
          />
          <div class="controls bahdanau-presets">
            <button
              type="button"
              class="look"
              disabled={!state.isCustom.value}
              onClick={() => state.set(undefined)}
            >
              {own.own}
            </button>
            <button
              type="button"
              class="look"
              onClick={() => state.set(view.source.map(() => 1 / view.source.length))}
            >
              {own.equal}
            </button>
          </div>
          <Result {...{ view, own }} isCustom={state.isCustom.value} />
          <div class="bahdanau-map">
            <p class="name">{own.map}</p>
            <HeatMap
              source={view.source}
              target={view.target}
              weights={view.all.map((row, t) => (t === view.at ? view.weights : row))}
              label={own.map}
              chosen={view.at}
              isMarked={isLinked}
            />
            {alignment === undefined ? (
              <p class="hint">{state.hasTruth.value ? own.otherAnswer : own.noTruth}</p>
            ) : (
              <>
                <p class="hint">{own.mapLegend}</p>
                <p data-error-rate={alignment.errorRate}>
                  {own.errors(
                    percent(alignment.errorRate),
                    alignment.right,
                    alignment.found.length,
                    alignment.truth.length,
                  )}
                </p>
              </>
            )}
          </div>
        </>
      )}
    </FigureFrame>
  );
}
