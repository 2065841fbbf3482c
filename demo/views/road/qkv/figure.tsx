/** Attention step by step on the visitor's sentence: q, k, products, softmax, values. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { Translation } from 'qkv';
import { FIRST_MODEL } from '../../../engine/models';
import { useLook } from '../../../state/look';
import { keepInAddress, route } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { Choice } from '../../../widgets/choice';
import { Stepper } from '../../../widgets/stepper';
import { VectorStrip } from '../../../widgets/vectorStrip';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { attentionSteps } from './attention';
import Formula from './formula.tex';
import { WORDS } from './words';

/** One attention of the model, as the figure needs it. */
interface Place {
  readonly kind: 'encoder' | 'decoder' | 'cross';
  readonly layer: number;
  readonly path: string;
}

const LAYERS = [0, 1];

const PLACES: readonly Place[] = [
  ...LAYERS.map((layer) => place('encoder', layer, `encoder.layers.${layer}.self_attn`)),
  ...LAYERS.map((layer) => place('decoder', layer, `decoder.layers.${layer}.self_attn`)),
  ...LAYERS.map((layer) => place('cross', layer, `decoder.layers.${layer}.multihead_attn`)),
];

function place(kind: Place['kind'], layer: number, path: string): Place {
  return { kind, layer: layer + 1, path: `transformer.${path}` };
}

const STEPS = WORDS.en.steps.length;
const END = '■';
const START = '▸';

type Matrix = readonly (readonly number[])[];

/** The rows of one head of a value [heads, rows, columns]. */
function headOf(translation: Translation, name: string, head: number): Matrix {
  const value = translation.inspected?.values[name];
  const [heads = 0, rows = 0, columns = 0] = value?.shape ?? [];
  if (value === undefined || head >= heads) return [];
  const at = (row: number) => (head * rows + row) * columns;
  return Array.from({ length: rows }, (_, row) =>
    Array.from(value.data.slice(at(row), at(row) + columns)),
  );
}

const magnitude = (rows: Matrix) => Math.max(1e-9, ...rows.flat().map(Math.abs));

/** How visible a value is: by its part, beside the largest part. */
function shade(weights: readonly number[], j: number): number {
  return 0.2 + (0.8 * (weights[j] ?? 0)) / Math.max(...weights);
}

/** A whole number of the address, from 0. */
function asked(name: string, fallback: number): number {
  const value = Number(route.peek().query.get(name) ?? fallback);
  return Number.isInteger(value) && value >= 0 ? value : fallback;
}

export default function QueriesKeysValues({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const placeIndex = useSignal(Math.min(asked('place', 0), PLACES.length - 1));
  const head = useSignal(asked('head', 0));
  const query = useSignal(asked('word', 1));
  const step = useSignal(Math.min(asked('step', STEPS - 1), STEPS - 1));
  const { translation: found, failure } = useLook(engine, FIRST_MODEL, sentence, () => ({
    inspect: ['**.self_attn.*', '**.multihead_attn.*'],
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
    const source = [...translation.sourceTokens, END];
    const target = [START, ...translation.tokens];
    const asking = chosen.kind === 'encoder' ? source : target;
    const answering = chosen.kind === 'decoder' ? target : source;
    const at = Math.min(query.value, q.length - 1);
    const visible = chosen.kind === 'decoder' ? at + 1 : k.length;
    const steps = attentionSteps(q[at] ?? [], k, v, visible);
    const difference = Math.max(
      ...steps.weights.map((weight, j) => Math.abs(weight - (weights[at]?.[j] ?? Number.NaN))),
    );
    const heads = translation.inspected?.values[`${chosen.path}.q`]?.shape[0] ?? 0;
    return { q, k, v, asking, answering, at, visible, steps, difference, heads };
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
              options={Array.from({ length: view.heads }, (_, i) => [i, String(i + 1)])}
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
              {own.agreement(view.difference.toExponential(1))}
            </p>
          )}
        </>
      )}
    </FigureFrame>
  );
}
