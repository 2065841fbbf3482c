/** Attention of all words at once: products, scores and weights, with the scale and mask of choice. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { FIRST_MODEL } from '../../../engine/models';
import { askedFlag, askedIndex, askedNumber } from '../../../state/asked';
import { useLook } from '../../../state/look';
import { keepInAddress } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Choice } from '../../../widgets/choice';
import { scientific } from '../../../widgets/powers';
import { Slider } from '../../../widgets/slider';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { ATTENTIONS, HEADS, headOf, LAYERS, placeOf, sidesOf } from '../lib/heads';
import { largestDifference } from '../lib/numbers';
import Formula from './formula.tex';
import { Panels } from './panels';
import { productsOf, stagesOf } from './softmax';
import { WORDS } from './words';

const PLACES = (['encoder', 'decoder'] as const).flatMap((kind) =>
  LAYERS.map((layer) => ({ ...placeOf(kind, layer), kind })),
);

/** Where the mask is the network's own. */
const isCausal = (place: number) => PLACES[place]?.kind === 'decoder';

const [COOLEST, HOTTEST] = [0.1, 5];
const FIRST_HEAD = 3;

export default function ScaledDotProduct({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const place = useSignal(askedIndex('place', 0, PLACES.length - 1));
  const head = useSignal(askedIndex('head', FIRST_HEAD, HEADS - 1));
  const isScaled = useSignal(askedFlag('scaled', true));
  const isMasked = useSignal(askedFlag('mask', isCausal(place.peek())));
  const temperature = useSignal(askedNumber('t', 1, COOLEST, HOTTEST));
  const { translation: found, failure } = useLook(engine, FIRST_MODEL, sentence, () => ({
    inspect: ATTENTIONS,
  }));
  // Another attention begins with the mask that it has in the network.
  const masksOf = useRef(place.peek());
  useSignalEffect(() => {
    if (masksOf.current === place.value) return;
    masksOf.current = place.value;
    isMasked.value = isCausal(place.value);
  });
  useSignalEffect(() => {
    const flag = (value: boolean, usual: boolean) =>
      value === usual ? undefined : value ? '1' : '0';
    keepInAddress({
      text: sentence.value,
      place: String(place.value),
      head: String(head.value),
      scaled: flag(isScaled.value, true),
      mask: flag(isMasked.value, isCausal(place.value)),
      t: temperature.value === 1 ? undefined : String(temperature.value),
    });
  });
  const read = useComputed(() => {
    const translation = found.value;
    const chosen = PLACES[place.value];
    if (translation === undefined || chosen === undefined) return undefined;
    const of = (name: string) => headOf(translation, `${chosen.path}.${name}`, head.value);
    const [q, k, network] = [of('q'), of('k'), of('weights')];
    const { source } = translation;
    const { asking } = sidesOf(translation, chosen.kind);
    return { source, asking, q, k, network, products: productsOf(q, k), size: q[0]?.length ?? 0 };
  });
  const shown = useComputed(() => {
    if (read.value === undefined) return undefined;
    const { products, size, network } = read.value;
    const stages = stagesOf(products, size, {
      isScaled: isScaled.value,
      isMasked: isMasked.value,
      temperature: temperature.value,
    });
    const isOwn =
      isScaled.value && temperature.value === 1 && isMasked.value === isCausal(place.value);
    return {
      ...stages,
      difference: isOwn ? largestDifference(stages.weights, network) : undefined,
    };
  });
  const [input, view] = [read.value, shown.value];
  const degrees = (value: number) => words.value.number(value, 1);
  return (
    <FigureFrame
      number={18}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1706.03762' }}
      notice={own.notice}
      numbers={
        input &&
        view && {
          sentence: input.source,
          place: PLACES[place.value]?.path,
          head: head.value,
          ...view.settings,
          words: input.asking,
          q: input.q,
          k: input.k,
          products: input.products,
          scores: view.scores,
          weights: view.weights,
          ...view.measures,
          withOtherScale: view.others,
          network: input.network,
        }
      }
    >
      {failure.value !== undefined && (
        <p role="alert">{sentence.value.trim() === '' ? own.empty : failure.value}</p>
      )}
      {input === undefined || view === undefined ? (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <div class="controls">
            <Choice
              label={own.place}
              options={PLACES.map(({ kind, layer }, i) => [i, own.places[kind](layer)])}
              chosen={place}
            />
            <Choice
              label={own.head}
              options={Array.from({ length: HEADS }, (_, i) => [i, String(i + 1)])}
              chosen={head}
            />
            {[
              { name: 'scaled', label: own.scaled, on: isScaled },
              { name: 'masked', label: own.masked, on: isMasked },
            ].map(({ name, label, on }) => (
              <label key={name}>
                <input
                  type="checkbox"
                  name={name}
                  checked={on.value}
                  onChange={({ currentTarget }) => {
                    on.value = currentTarget.checked;
                  }}
                />
                {label}
              </label>
            ))}
            <Slider
              label={own.temperature}
              value={temperature}
              min={COOLEST}
              max={HOTTEST}
              step={0.1}
              format={degrees}
            />
          </div>
          <Panels own={own} words={input.asking} products={input.products} stages={view} />
          <p
            class="hint"
            {...(view.difference !== undefined && { 'data-difference': view.difference })}
          >
            {view.difference === undefined ? own.other : own.own(scientific(view.difference))}
          </p>
        </>
      )}
    </FigureFrame>
  );
}
