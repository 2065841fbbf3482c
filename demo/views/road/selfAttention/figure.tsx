/** Attention between two sentences and within one: the same computation with other keys. */
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { FIRST_MODEL } from '../../../engine/models';
import { askedIndex } from '../../../state/asked';
import { useLook } from '../../../state/look';
import { keepInAddress } from '../../../state/route';
import { language, words } from '../../../state/settings';
import { Chips } from '../../../widgets/chips';
import { Choice } from '../../../widgets/choice';
import { Matrix } from '../../../widgets/matrix';
import { scientific } from '../../../widgets/powers';
import { FigureFrame } from '../figureFrame';
import type { FigureProps } from '../figures';
import { ATTENTIONS, HEADS, headOf, LAYERS, placeOf, sidesOf } from '../lib/heads';
import { largestDifference } from '../lib/numbers';
import { attentionSteps } from '../qkv/attention';
import Formula from './formula.tex';
import { Shapes } from './shapes';
import { WORDS } from './words';
import './figure.css';

const KINDS = ['cross', 'encoder', 'decoder'] as const;

export default function SelfAttention({ engine, sentence }: FigureProps) {
  const own = WORDS[language.value];
  const kindIndex = useSignal(askedIndex('kind', 0, KINDS.length - 1));
  const layer = useSignal(askedIndex('layer', 2, LAYERS.length, 1));
  const head = useSignal(askedIndex('head', 0, HEADS - 1));
  const word = useSignal(askedIndex('word', 2));
  const { translation: found, failure } = useLook(engine, FIRST_MODEL, sentence, () => ({
    inspect: ATTENTIONS,
  }));
  useSignalEffect(() => {
    keepInAddress({
      text: sentence.value,
      kind: String(kindIndex.value),
      layer: String(layer.value),
      head: String(head.value),
      word: String(word.value),
    });
  });
  const shown = useComputed(() => {
    const translation = found.value;
    const kind = KINDS[kindIndex.value];
    if (translation === undefined || kind === undefined) return undefined;
    const { path } = placeOf(kind, layer.value);
    const of = (name: string) => headOf(translation, `${path}.${name}`, head.value);
    const [q, k, v, weights] = [of('q'), of('k'), of('v'), of('weights')];
    const recomputed = q.map(
      (query, i) => attentionSteps(query, k, v, kind === 'decoder' ? i + 1 : k.length).weights,
    );
    return {
      ...{ kind, path, q, k, weights },
      source: translation.source,
      ...sidesOf(translation, kind),
      at: Math.min(word.value, q.length - 1),
      difference: largestDifference(recomputed, weights),
    };
  });
  const view = shown.value;
  const [rows, columns] = [view?.asking.length ?? 0, view?.answering.length ?? 0];
  const shapes = own.shapes(rows, view?.q[0]?.length ?? 0, columns);
  return (
    <FigureFrame
      number={17}
      title={own.title}
      text={own.text}
      formula={<Formula />}
      paper={{ name: own.paper, url: 'https://arxiv.org/abs/1706.03762' }}
      notice={own.notice}
      numbers={
        view && {
          sentence: view.source,
          attention: view.path,
          head: head.value,
          asking: view.asking,
          answering: view.answering,
          isCausal: view.kind === 'decoder',
          q: view.q,
          k: view.k,
          weights: view.weights,
          largestDifference: view.difference,
        }
      }
    >
      {failure.value !== undefined && (
        <p role="alert">{sentence.value.trim() === '' ? own.empty : failure.value}</p>
      )}
      {view === undefined ? (
        failure.value === undefined && <p class="hint">{words.value.loading} …</p>
      ) : (
        <>
          <Chips
            legend={own.kind}
            words={KINDS.map((kind) => own.kinds[kind])}
            chosen={kindIndex}
          />
          <div class="controls">
            <Choice
              label={own.layer}
              options={LAYERS.map((one) => [one, String(one)])}
              chosen={layer}
            />
            <Choice
              label={own.head}
              options={Array.from({ length: HEADS }, (_, i) => [i, String(i + 1)])}
              chosen={head}
            />
          </div>
          <div class="who-asks" data-kind={view.kind}>
            <section>
              <h2>{own.names[view.kind]}</h2>
              <Shapes rows={rows} size={view.q[0]?.length ?? 0} columns={columns} label={shapes} />
              <p class="hint">{shapes}</p>
              <Chips legend={own.query} words={view.asking} chosen={word} />
              <div>
                <p class="hint">{own.answers(view.asking[view.at] ?? '')}</p>
                <ol class="shaded-words">
                  {view.answering.map((answer, j) => {
                    const isHidden = view.kind === 'decoder' && j > view.at;
                    const weight = view.weights[view.at]?.[j] ?? 0;
                    return (
                      <li
                        key={j}
                        class={isHidden ? 'unseen' : ''}
                        style={{ '--part': weight.toFixed(4) }}
                        data-weight={weight}
                      >
                        {answer}
                        <small>{isHidden ? '–' : words.value.number(weight, 2)}</small>
                      </li>
                    );
                  })}
                </ol>
              </div>
            </section>
            <section>
              <h2>{own.matrix}</h2>
              <Matrix
                values={view.weights}
                rows={view.asking}
                columns={view.answering}
                label={own.names[view.kind]}
                colour="--weight"
                most={1}
              />
            </section>
          </div>
          <p class="hint" data-difference={view.difference}>
            {own.agreement(scientific(view.difference))}
          </p>
        </>
      )}
    </FigureFrame>
  );
}
