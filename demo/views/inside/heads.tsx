/** All heads of all layers as small pictures, one enlarged, and the answer without some of them. */
import { useComputed } from '@preact/signals';
import { withoutHeads } from 'qkv/inspect';
import { useLook } from '../../state/look';
import { language, words } from '../../state/settings';
import { Ablation } from './ablation';
import { attentionsOf } from './attention';
import { keyOf, logitsOf, SEEN, useChanged } from './changed';
import { HeadEnlarged } from './headEnlarged';
import { PartFrame, type PartProps } from './partFrame';
import { sidesOf } from './sides';
import { placeName } from './state';
import { Thumb } from './thumb';
import { WORDS } from './words';

export function Heads({ engine, sentence, state, model }: PartProps) {
  const own = WORDS[language.value];
  const look = useLook(engine, model, sentence, () => ({ inspect: SEEN }));
  const attentions = useComputed(() =>
    attentionsOf(look.translation.value?.inspected?.values ?? {}),
  );
  // An old address may name heads that this model does not have.
  const off = useComputed(() =>
    state.off.value.filter((place) => {
      const [attention, head] = place.split('.').map(Number);
      return head !== undefined && head < (attentions.value[attention ?? -1]?.heads.length ?? 0);
    }),
  );
  const interventions = useComputed(() =>
    attentions.value.flatMap(({ path, heads }, a) => {
      const without = heads.flatMap((_, h) => (off.value.includes(`${a}.${h}`) ? [h] : []));
      return without.length === 0 ? [] : [withoutHeads(path, without)];
    }),
  );
  const { changed, failure } = useChanged(
    engine,
    model,
    look.translation,
    () => interventions.value,
  );
  const whole = look.translation.value;
  const answer = changed.value?.answer ?? whole;
  const shown = attentionsOf(answer?.inspected?.values ?? {});
  const enlarged = state.head.value;
  const chosen = enlarged && shown[enlarged.attention]?.heads[enlarged.head] && enlarged;
  const isWaiting =
    interventions.value.length > 0 &&
    changed.value?.key !== (whole && keyOf(whole, interventions.value));
  const toggle = (place: string) => {
    const isOff = state.off.value.includes(place);
    state.off.value = isOff
      ? state.off.value.filter((one) => one !== place)
      : [...state.off.value, place];
  };
  return (
    <PartFrame
      name="heads"
      title={own.heads.title}
      text={own.heads.text}
      notice={own.heads.notice}
      failure={look.failure.value ?? failure.value}
      numbers={
        whole && answer && !isWaiting
          ? {
              model,
              sentence: whole.source,
              off: off.value.map((place) => place.split('.').map(Number)),
              source: sidesOf({ kind: 'encoder' }, answer).rows,
              target: sidesOf({ kind: 'decoder' }, answer).rows,
              attentions: shown,
              own: { text: whole.target, ids: whole.hypotheses[0]?.ids, logits: logitsOf(whole) },
              changed: changed.value && {
                text: changed.value.answer.target,
                logits: logitsOf(changed.value.forced),
              },
            }
          : undefined
      }
    >
      {answer !== undefined && shown.length === 0 && <p>{words.value.noAttention}</p>}
      {answer !== undefined && chosen !== undefined && (
        <HeadEnlarged
          place={chosen}
          attentions={shown}
          answer={answer}
          address={(head) => state.address({ head })}
        />
      )}
      {chosen === undefined && (
        <div class="head-rows">
          {shown.map((attention, a) => (
            <section key={attention.path} class="head-row" data-attention={attention.path}>
              <h2>{own.attention(attention.kind, attention.layer)}</h2>
              <ul>
                {attention.heads.map((values, h) => {
                  const place = placeName({ attention: a, head: h });
                  const name = own.headName(attention.kind, attention.layer, h + 1);
                  return (
                    <li key={h} class={off.value.includes(place) ? 'off' : ''}>
                      <a
                        href={state.address({ head: place })}
                        aria-label={own.heads.enlarge(name)}
                        data-head={place}
                      >
                        <Thumb values={values} />
                      </a>
                      <label>
                        <input
                          type="checkbox"
                          checked={!off.value.includes(place)}
                          aria-label={own.heads.isOn(name)}
                          onChange={() => toggle(place)}
                        />
                        {own.headShort(h + 1)}
                      </label>
                    </li>
                  );
                })}
              </ul>
            </section>
          ))}
        </div>
      )}
      {whole !== undefined && shown.length > 0 && (
        <Ablation
          whole={whole}
          changed={changed.value}
          count={off.value.length}
          onRestore={() => {
            state.off.value = [];
          }}
        />
      )}
    </PartFrame>
  );
}
