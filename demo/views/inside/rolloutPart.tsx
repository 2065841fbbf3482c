/** Attention rollout through the layers, beside the attention of the last layer alone. */
import { useComputed, useSignal } from '@preact/signals';
import { useLook } from '../../state/look';
import { language, words } from '../../state/settings';
import { Choice } from '../../widgets/choice';
import { Matrix } from '../../widgets/matrix';
import { attentionsOf, meanOf, product, rollout } from './attention';
import { SEEN } from './changed';
import { PartFrame, type PartProps } from './partFrame';
import Formula from './rollout.tex';
import { sidesOf } from './sides';
import { WORDS } from './words';

const KINDS = ['encoder', 'decoder', 'cross'] as const;

export function RolloutPart({ engine, sentence, state: _, model }: PartProps) {
  const own = WORDS[language.value];
  const kind = useSignal<(typeof KINDS)[number]>('encoder');
  const depth = useSignal(0);
  const look = useLook(engine, model, sentence, () => ({ inspect: SEEN }));
  const shown = useComputed(() => {
    const answer = look.translation.value;
    if (answer === undefined) return undefined;
    const all = attentionsOf(answer.inspected?.values ?? {});
    const layersOf = (one: string) =>
      all.filter((attention) => attention.kind === one).map(({ heads }) => heads);
    const layers = layersOf(kind.value === 'cross' ? 'encoder' : kind.value);
    if (layers.length === 0) return { answer, layers };
    const taken = Math.min(depth.value || layers.length, layers.length);
    const rolled = rollout(layers.slice(0, taken));
    const [last] = layersOf('cross').slice(-1);
    const read = last && meanOf(last);
    if (kind.value === 'cross' && read !== undefined) {
      return { answer, layers, taken, cross: last, alone: read, rolled: product(read, rolled) };
    }
    return { answer, layers, taken, alone: meanOf(layers[taken - 1] ?? []), rolled };
  });
  const view = shown.value;
  const sides = view && sidesOf({ kind: kind.value }, view.answer);
  return (
    <PartFrame
      name="rollout"
      title={own.rollout.title}
      text={own.rollout.text}
      formula={<Formula />}
      paper={{ name: own.rollout.paper, url: 'https://arxiv.org/abs/2005.00928' }}
      notice={own.rollout.notice}
      failure={look.failure.value}
      numbers={
        view && {
          model,
          sentence: view.answer.source,
          kind: kind.value,
          ...sides,
          layers: view.layers.slice(0, view.taken),
          cross: view.cross,
          alone: view.alone,
          rollout: view.rolled,
        }
      }
    >
      {view !== undefined && view.rolled === undefined && <p>{own.rollout.none}</p>}
      {view?.rolled !== undefined && sides !== undefined && (
        <>
          <div class="controls">
            <Choice
              label={own.rollout.which}
              options={KINDS.map((one) => [one, own.rollout.kinds[one]])}
              chosen={kind}
            />
            <Choice
              label={own.rollout.layers}
              options={[
                [0, own.rollout.all],
                ...view.layers.slice(0, -1).map((_, i) => [i + 1, String(i + 1)] as const),
              ]}
              chosen={depth}
            />
          </div>
          <div class="pair">
            {(['alone', 'rolled'] as const).map((one) => (
              <section key={one} data-matrix={one}>
                <h2>{own.rollout[one](kind.value)}</h2>
                <Matrix
                  values={view[one]}
                  {...sides}
                  label={`${own.rollout[one](kind.value)}: ${words.value.attentionOf}`}
                  colour="--weight"
                  most={1}
                  cell={[26, 24]}
                />
              </section>
            ))}
          </div>
        </>
      )}
    </PartFrame>
  );
}
