/** Attention step by step on the visitor's sentence: q, k, products, softmax, values. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { FIRST_MODEL } from '../../../engine/models';
import { askedIndex } from '../../../state/asked';
import { useLook } from '../../../state/look';
import { keepInAddress } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { Choice } from '../../../widgets/choice';
import { scientific } from '../../../widgets/powers';
import { Stepper } from '../../../widgets/stepper';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { ATTENTIONS, HEADS, headOf, LAYERS, type Place, placeOf, sidesOf } from '../lib/heads';
import { magnitude } from '../lib/numbers';
import { attentionSteps } from './attention';
import Formula from './formula.tex';
import { WORDS } from './words';

const PLACES: readonly Place[] = (['encoder', 'decoder', 'cross'] as const).flatMap((kind) =>
  LAYERS.map((layer) => placeOf(kind, layer)),
);

const STEPS = WORDS.en.steps.length;

/** How visible a value is: by its part, beside the largest part. */
function shade(weights: readonly number[], j: number): number {
  return 0.2 + (0.8 * (weights[j] ?? 0)) / Math.max(...weights);
}

export default function QueriesKeysValues({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const placeIndex = useSignal(askedIndex('place', 0, PLACES.length - 1));
  const head = useSignal(askedIndex('head', 0, HEADS - 1));
  const query = useSignal(askedIndex('word', 1));
  const step = useSignal(askedIndex('step', STEPS - 1, STEPS - 1));
  const { translation: found, failure } = useLook(engine, FIRST_MODEL, sentence, () => ({
    inspect: ATTENTIONS,
  }));
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      place: String(placeIndex.value),
      head: String(head.value),
      word: String(query.value),
      step: String(step.value),
    });
  });
  const shown = useComputed(() => {
    const translation = found.value;
    const chosen = PLACES[placeIndex.value];
    if (translation === undefined || chosen === undefined) return undefined;
    const of = (name: string) => headOf(translation, `${chosen.path}.${name}`, head.value);
    const [q, k, v, weights] = [of('q'), of('k'), of('v'), of('weights')];
    const { asking, answering } = sidesOf(translation, chosen.kind);
    const at = Math.min(query.value, q.length - 1);
    const visible = chosen.kind === 'decoder' ? at + 1 : k.length;
    const steps = attentionSteps(q[at] ?? [], k, v, visible);
    const difference = Math.max(
      ...steps.weights.map((weight, j) => Math.abs(weight - (weights[at]?.[j] ?? Number.NaN))),
    );
    return { q, k, v, asking, answering, at, visible, steps, difference };
  });
  const view = shown.value;
  const number = (value: number | undefined) =>
    value === undefined ? '–' : words.value.number(value, 2);
  return (
    <FigureFrame
      number={16}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1706.03762' }}
      notice={own.notice}
      numbers={
        view && {
          sentence: sentence.value,
          place: PLACES[placeIndex.value]?.path,
          head: head.value,
          query: view.asking[view.at],
          words: view.answering,
          q: view.q[view.at],
          k: view.k,
          v: view.v,
          ...view.steps,
        }
      }
    >
      {failure.value !== undefined && <p role="alert">{failure.value}</p>}
      {view === undefined ? (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <div class="controls">
            <Choice
              label={own.place}
              options={PLACES.map(({ kind, layer }, i) => [i, own.places[kind](layer)])}
              chosen={placeIndex}
            />
            <Choice
              label={own.head}
              options={Array.from({ length: HEADS }, (_, i) => [i, String(i + 1)])}
              chosen={head}
            />
          </div>
          <Chips legend={own.query} words={view.asking} chosen={query} />
          <Stepper steps={own.steps} step={step} />
          <p class="query-row">
            <span class="name">
              q <em>{view.asking[view.at]}</em>
            </span>
            <VectorStrip
              values={view.q[view.at] ?? []}
              most={magnitude(view.q)}
              of="query"
              label={`q, ${view.asking[view.at]}`}
            />
          </p>
          <div class="scroll">
            <table class="steps" data-step={step.value}>
              <thead>
                <tr>
                  <th scope="col">{own.heads.word}</th>
                  {step.value >= 1 && <th scope="col">{own.heads.key}</th>}
                  {step.value >= 2 && <th scope="col">{own.heads.product}</th>}
                  {step.value >= 3 && <th scope="col">{own.heads.scaled}</th>}
                  {step.value >= 4 && <th scope="col">{own.heads.weight}</th>}
                  {step.value >= 5 && <th scope="col">{own.heads.value}</th>}
                </tr>
              </thead>
              <tbody>
                {view.answering.map((word, j) => (
                  <tr
                    key={j}
                    class={j < view.visible ? '' : 'unseen'}
                    title={j < view.visible ? undefined : own.hidden}
                  >
                    <th scope="row">{word}</th>
                    {step.value >= 1 && (
                      <td>
                        <VectorStrip
                          values={view.k[j] ?? []}
                          most={magnitude(view.k)}
                          of="key"
                          label={`k, ${word}`}
                        />
                      </td>
                    )}
                    {step.value >= 2 && (
                      <td class="number" data-product={view.steps.products[j]}>
                        {number(view.steps.products[j])}
                      </td>
                    )}
                    {step.value >= 3 && <td class="number">{number(view.steps.scaled[j])}</td>}
                    {step.value >= 4 && (
                      <td class="number" data-weight={view.steps.weights[j]}>
                        <meter min={0} max={1} value={view.steps.weights[j]} />
                        {number(view.steps.weights[j])}
                      </td>
                    )}
                    {step.value >= 5 && (
                      <td style={{ opacity: shade(view.steps.weights, j) }}>
                        <VectorStrip
                          values={view.v[j] ?? []}
                          most={magnitude(view.v)}
                          of="value"
                          label={`v, ${word}`}
                        />
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {step.value >= 5 && (
            <p class="query-row">
              <span class="name">{own.context}</span>
              <VectorStrip
                values={view.steps.context}
                most={magnitude(view.v)}
                of="value"
                label={own.context}
              />
            </p>
          )}
          {step.value >= 4 && (
            <p class="hint" data-difference={view.difference}>
              {own.agreement(scientific(view.difference))}
            </p>
          )}
        </>
      )}
    </FigureFrame>
  );
}
